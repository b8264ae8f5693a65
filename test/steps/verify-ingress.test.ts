import { describe, expect, test } from 'vitest'
import { verifyIngress } from '../../src/steps/verify-ingress.ts'
import { answered, notAnswered } from '../fakes/ports/visitor.ts'
import { FakeWorld, NEW_URL, SITE } from '../fakes/ports/world.ts'
import { contextOf, PLAN } from './context.ts'

const SPEC = { through: 'to-cluster' }

describe('verify-ingress', () => {
  test('asks the server of the service with the host of the site and the trust of the edge, and says which', async () => {
    const world = new FakeWorld()
    const asked: unknown[] = []
    world.edge.ask = async (url, request) => {
      asked.push({ url, ...request })
      return answered(200, 'Hello')
    }
    expect(await verifyIngress.observe(contextOf(world.ports, { ...SPEC, address: '192.0.2.9:30443' }))).toMatchObject({
      verdict: 'pass',
      reason: expect.stringContaining('certificate not verified (serversTransport insecure@file: insecureSkipVerify)'),
    })
    expect(asked).toEqual([{ url: NEW_URL, host: SITE, path: '/', trust: { insecureSkipVerify: true }, address: '192.0.2.9:30443' }])
  })

  test.each([
    ['404', answered(404), /without ready endpoints/],
    ['a wrong body', answered(200, 'nginx'), /body lacks "Hello"/],
    ['no connection', notAnswered('refused'), /refused/],
  ])('%s is pending on the new side, and no visitor saw it', async (_what, exchange, reason) => {
    const world = new FakeWorld()
    world.newAnswers = exchange
    const seen = await verifyIngress.observe(contextOf(world.ports, SPEC))
    expect(seen).toMatchObject({ verdict: 'pending', side: 'new', reason: expect.stringMatching(reason) })
    expect(seen).not.toHaveProperty('visitorSawIt')
  })

  test('every server must answer', async () => {
    const world = new FakeWorld()
    world.edge.save(world.edge.text.replace(`[{ url: ${NEW_URL} }]`, `[{ url: ${NEW_URL} }, { url: https://192.0.2.10:30443 }]`))
    await world.clock.sleep(1_000)
    world.edge.answer = (url) => (url === NEW_URL ? answered(200, 'Hello') : answered(502))
    expect(await verifyIngress.observe(contextOf(world.ports, SPEC))).toMatchObject({
      verdict: 'pending',
      reason: expect.stringContaining('192.0.2.10'),
    })
  })

  test('the next look asks at once as the edge did before, and anew where the edge asks in another way now', async () => {
    const world = new FakeWorld()
    const order: string[] = []
    const read = world.edge.read.bind(world.edge)
    world.edge.read = async () => {
      order.push('read')
      return read()
    }
    world.edge.answer = (url) => {
      order.push(url)
      return answered(url === NEW_URL ? 200 : 502, 'Hello')
    }
    const see = () => verifyIngress.observe(contextOf(world.ports, SPEC))
    expect(await see()).toMatchObject({ verdict: 'pass' })
    expect(await see()).toMatchObject({ verdict: 'pass' })
    expect(order).toEqual(['read', NEW_URL, NEW_URL, 'read'])
    world.edge.save(world.edge.text.replace(NEW_URL, 'https://192.0.2.10:30443'))
    await world.clock.sleep(1_000)
    expect(await see()).toMatchObject({ verdict: 'pending', reason: expect.stringContaining('192.0.2.10') })
  })

  test('a service that is not there, or not of the file', async () => {
    const { ports } = new FakeWorld()
    expect(await verifyIngress.observe(contextOf(ports, { through: 'nobody' }))).toMatchObject({
      verdict: 'fail',
      reason: expect.stringContaining('nobody@file'),
    })
    expect(await verifyIngress.preflight(contextOf(ports, { through: 'nobody' }))).toMatchObject([
      { verdict: 'fail', problem: { code: 'unknown-service' } },
    ])
    expect(await verifyIngress.preflight(contextOf(ports, { through: 'to-cluster@file' }))).toMatchObject([{ verdict: 'pass' }])
    expect(verifyIngress.check?.({ through: 'x@docker' }, PLAN)).toMatchObject([{ code: 'service-not-in-file' }])
    expect(verifyIngress.check?.(SPEC, PLAN)).toEqual([])
  })

  test('the certificate of the new side is part of the proof', () => {
    expect(verifyIngress.traffic(SPEC, [])).toEqual({ forward: [{ do: 'prove', side: 'new' }], back: [] })
    expect(verifyIngress.policy(SPEC)).toMatchObject({ interval: 1_000, timeout: 60_000, successThreshold: 3 })
  })
})
