import { describe, expect, test } from 'vitest'
import { ProblemError } from '../../../src/domain/problem.ts'
import { shiftTraefikRoute } from '../../../src/steps/shift-traefik-route.ts'
import type { ShiftRecord } from '../../../src/steps/shift-traefik-route/record.ts'
import { answered, notAnswered } from '../../fakes/ports/visitor.ts'
import { EDGE_FILE, FakeWorld, NEW_URL } from '../../fakes/ports/world.ts'
import { SWITCH } from '../switch-spec.ts'
import { problemOf, problemsOf } from '../problem-of.ts'
import { HandingOver } from './handing-over.ts'

describe('a portion', () => {
  test('gives the new side its share of visitors, in one write', async () => {
    const over = await new HandingOver(['5%']).upTo('5%')
    over.world.edge.counted = new Map()
    expect(over.writes).toBe(2)
    expect(await over.visits(200)).toEqual({ old: 190, new: 10 })
    expect(await over.verify('5%')).toMatchObject({ verdict: 'pass' })
  })

  test('the next one replaces it where it stands', async () => {
    const over = await new HandingOver(['5%', '50%']).upTo('5%', '50%')
    over.world.edge.counted = new Map()
    expect(over.writes).toBe(3)
    expect(await over.visits(200)).toEqual({ old: 100, new: 100 })
  })

  test('failover sends every visitor to the new side, and to the old one while its health check fails', async () => {
    const over = await new HandingOver(['failover']).upTo('failover')
    over.world.edge.counted = new Map()
    expect(await over.visits(10)).toEqual({ old: 0, new: 10 })
    expect(over.record<ShiftRecord>('failover').after.services).toEqual({
      'k8s-site': { failover: { service: 'k8s-site-new', fallback: 'site@consulcatalog' } },
      'k8s-site-new': {
        loadBalancer: {
          servers: [{ url: NEW_URL }],
          serversTransport: 'insecure',
          healthCheck: { path: '/', hostname: 'www.example.org', interval: '2s', timeout: '1s' },
        },
      },
    })
    over.world.edge.down.add('k8s-site-new@file')
    expect(await over.visits(10)).toEqual({ old: 10, new: 0 })
    expect(await over.verify('failover')).toMatchObject({
      verdict: 'pending',
      side: 'new',
      reason: expect.stringContaining('on the spare'),
    })
  })

  test.each([
    ['has a health check', 'healthCheck: { path: /healthz }', []],
    ['has none, but more than servers', 'sticky: { cookie: { name: x } }', ['health-check-missing']],
  ])('a service of the plan that %s is not copied', async (_what, extra, codes) => {
    const over = new HandingOver(['50%', 'failover'])
    over.world.edge.save(EDGE_FILE.replace('serversTransport: insecure,', `serversTransport: insecure, ${extra},`))
    await over.world.clock.sleep(1_000)
    await over.upTo('50%')
    expect(over.record<ShiftRecord>('50%').after.services).toEqual({
      'k8s-site': {
        weighted: {
          services: [
            { name: 'to-cluster', weight: 50 },
            { name: 'site@consulcatalog', weight: 50 },
          ],
        },
      },
    })
    const found = await problemsOf(
      shiftTraefikRoute.preview(over.context('failover'), []).then(() => {
        throw new ProblemError({ code: 'none', summary: '', next: [] })
      }),
    )
    expect(found.map((each) => each.code).filter((each) => each !== 'none')).toEqual(codes)
  })

  test('100% leads straight to the new side: nothing of the old one, no door and no service of ours is left', async () => {
    const over = await new HandingOver(['50%', '100%']).upTo('50%', '100%')
    expect(over.world.edge.text).not.toMatch(/jmc-migrate|consulcatalog|weighted/)
    expect(over.record<ShiftRecord>('100%').after).toMatchObject({ routers: { 'k8s-site': { service: 'to-cluster' } }, services: {} })
    await over.world.nomad.stop('site')
    await over.world.clock.sleep(60_000)
    over.world.edge.counted = new Map()
    expect(await over.visits(5)).toEqual({ old: 0, new: 5 })
    expect(await over.verify('100%')).toMatchObject({ verdict: 'pass' })
  })

  test('a visitor stays with a side by a cookie, on request', async () => {
    const over = await new HandingOver(['50%'], { ...SWITCH, sticky: { cookie: 'side', secure: true } }).upTo('50%')
    expect(over.record<ShiftRecord>('50%').after.services['k8s-site']).toMatchObject({
      weighted: { sticky: { cookie: { name: 'side', secure: true } } },
    })
  })

  test('what is shown never holds the secret of the doors', async () => {
    const over = await new HandingOver(['5%']).upTo()
    const preview = await shiftTraefikRoute.preview(over.context('5%'), [])
    const { secret } = over.record<{ secret: string }>('open')
    expect(secret).toHaveLength(32)
    expect(over.world.edge.text).toContain(secret)
    expect(JSON.stringify([preview.changes, preview.basis])).not.toContain(secret)
  })
})

describe('before it is written', () => {
  test('a service that is not there is refused: every visitor would lose the route', async () => {
    const over = await new HandingOver(['5%']).upTo()
    await over.world.nomad.stop('site')
    await over.world.clock.sleep(60_000)
    expect(await problemsOf(shiftTraefikRoute.preview(over.context('5%'), []))).toMatchObject([
      { code: 'unknown-service', summary: expect.stringContaining('site@consulcatalog') },
    ])
  })

  test('a rival that came since the route was opened is refused', async () => {
    const over = await new HandingOver(['5%']).upTo()
    const rival = { rule: 'Host(`www.example.org`)', service: 'home', entryPoints: ['websecure'], priority: 9_000 }
    over.world.edge.save(over.world.edge.text.replace('  routers:\n', `  routers:\n    rival: ${JSON.stringify(rival)}\n`))
    await over.world.clock.sleep(1_000)
    expect(await problemsOf(shiftTraefikRoute.preview(over.context('5%'), []))).toMatchObject([{ code: 'competing-router' }])
  })

  test('a route that is not open cannot be shared', async () => {
    const over = new HandingOver(['5%'])
    expect(await problemOf(shiftTraefikRoute.preview(over.context('5%'), []))).toMatchObject({ code: 'route-not-open', effect: 'no' })
  })

  test('an edit of somebody in what is ours stops it, and is kept', async () => {
    const over = await new HandingOver(['5%', '50%']).upTo('5%')
    const { undoRecord } = await shiftTraefikRoute.preview(over.context('50%'), [])
    over.world.edge.save(over.world.edge.text.replace('"weight":5', '"weight":7'))
    const { text } = over.world.edge
    expect(await problemOf(shiftTraefikRoute.apply(over.context('50%'), undoRecord, async () => {}, []))).toMatchObject({
      code: 'route-not-ours',
      effect: 'no',
    })
    expect(over.world.edge.text).toBe(text)
    expect(await shiftTraefikRoute.settle(over.context('50%'), undoRecord, [])).toMatchObject({ status: 'foreign' })
  })
})

test('a portion says where visitors are while its route holds', async () => {
  const over = await new HandingOver(['5%', 'failover', '100%']).upTo('5%', 'failover', '100%')
  const shares = (['5%', 'failover', '100%'] as const).map((send) => {
    const checks = shiftTraefikRoute.standing?.(over.context(send), over.record(send), []) ?? []
    return checks.flatMap(({ share }) => share ?? [])
  })
  expect(shares).toEqual([[{ old: 95, new: 5 }], [{ old: 0, new: 100, spare: 'old' }], [{ old: 0, new: 100 }]])
})

describe('the way back', () => {
  const all = ['open', '5%', '50%', 'failover'] as const

  test('is one write, straight to the old side, however many portions there were', async () => {
    const over = await new HandingOver(['5%', '50%', 'failover']).upTo('5%', '50%', 'failover')
    const { writes } = over
    await over.undo('failover', all)
    expect(over.world.edge.text).toBe(EDGE_FILE)
    expect(over.writes).toBe(writes + 1)
    expect(await over.undone('failover', all)).toMatchObject({
      settled: { status: 'done' },
      verified: { verdict: 'pass', reason: expect.stringContaining('is byte for byte as it was before step open wrote into it') },
    })
    for (const send of ['50%', '5%'] as const) {
      await over.undo(send, all)
      expect(await over.undone(send, all)).toMatchObject({ settled: { status: 'done' }, verified: { verdict: 'pass' } })
    }
    expect(over.writes).toBe(writes + 1)
  })

  test('to a state between portions puts that portion back', async () => {
    const over = await new HandingOver(['5%', '50%', '100%']).upTo('5%', '50%', '100%')
    await over.undo('100%', ['50%', '100%'])
    expect(await over.undone('100%', ['50%', '100%'])).toMatchObject({
      settled: { status: 'done' },
      verified: { verdict: 'pass', reason: expect.stringContaining('holds of ours what it held before step 50% wrote into it') },
    })
    over.world.edge.counted = new Map()
    expect(await over.visits(100)).toEqual({ old: 95, new: 5 })
  })

  test('keeps what a human wrote elsewhere', async () => {
    const over = await new HandingOver(['50%']).upTo('50%')
    over.world.edge.save(`${over.world.edge.text}# a thought\n`)
    await over.undo('50%', ['open', '50%'])
    expect(over.world.edge.text).toBe(`${EDGE_FILE}# a thought\n`)
  })

  test('is not taken to an old side that answers wrongly', async () => {
    const over = await new HandingOver(['50%']).upTo('50%')
    over.world.oldAnswers = answered(500)
    const { text } = over.world.edge
    expect(await problemOf(over.undo('50%', ['50%']))).toMatchObject({ code: 'old-side-not-proven', effect: 'no' })
    expect(over.world.edge.text).toBe(text)
  })

  test('from Kubernetes alone proves a Connect side by a probe of its own, and leaves none', async () => {
    const world = new FakeWorld()
    world.connect = true
    const over = await new HandingOver(['100%'], SWITCH, world).upTo('100%')
    await over.undo('100%', ['open', '100%'])
    expect(over.notes).toHaveLength(1)
    expect(world.edge.text).toBe(EDGE_FILE)
    expect(await over.undone('100%', ['open', '100%'])).toMatchObject({ settled: { status: 'done' }, verified: { verdict: 'pass' } })
  })

  test('refuses to undo what somebody has edited', async () => {
    const over = await new HandingOver(['50%']).upTo('50%')
    over.world.edge.save(over.world.edge.text.replace('"weight":50', '"weight":51'))
    const { text } = over.world.edge
    expect(await problemOf(over.undo('50%', ['50%']))).toMatchObject({ code: 'route-not-ours', effect: 'no' })
    expect(over.world.edge.text).toBe(text)
  })

  test('says by hand how visitors are taken back at once', async () => {
    const over = await new HandingOver(['failover']).upTo('failover')
    const { undo } = shiftTraefikRoute
    const lines = 'manual' in undo ? undo.manual(over.context('failover'), over.record('failover'), []).join('\n') : ''
    expect(lines).toMatch(/k8s-site: …/)
    expect(lines).toMatch(/k8s-site-new: …/)
    expect(lines).not.toContain(over.record<{ secret: string }>('open').secret)
  })
})

describe('what must go on holding', () => {
  test('a dead side is seen through its door, and named', async () => {
    const over = await new HandingOver(['50%']).upTo('50%')
    const checks = shiftTraefikRoute.standing?.(over.context('50%'), over.record('50%'), []) ?? []
    expect(checks.map(({ about, side }) => [about, side])).toEqual([
      ['traefik-route', 'new'],
      ['traefik-route', 'new'],
      ['old-side', 'old'],
    ])
    over.world.newAnswers = notAnswered('refused')
    expect(await checks[1]?.observe()).toMatchObject({ verdict: 'pending', side: 'new' })
    expect(await checks[2]?.observe()).toMatchObject({ verdict: 'pass' })
  })

  test('nobody has moved visitors while it is not done, not even in part', async () => {
    const over = await new HandingOver(['50%']).upTo()
    expect(await shiftTraefikRoute.unmoved?.(over.context('50%'))).toMatchObject({ verdict: 'pass' })
    await over.shift('50%')
    expect(await shiftTraefikRoute.unmoved?.(over.context('50%'))).toMatchObject({ verdict: 'fail', side: 'new' })
  })

  test('visitors whom no router answers are nowhere', async () => {
    const over = await new HandingOver(['50%']).upTo()
    expect(await shiftTraefikRoute.unmoved?.(over.context('50%'))).not.toHaveProperty('nowhere')
    over.world.edge.catalog = () => ({ routers: [], services: [] })
    expect(await shiftTraefikRoute.unmoved?.(over.context('50%'))).toMatchObject({ verdict: 'pass', nowhere: true })
  })
})
