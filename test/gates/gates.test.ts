import { describe, expect, test } from 'vitest'
import { fail, pass, pending } from '../../src/domain/observation.ts'
import { ProblemError } from '../../src/domain/problem.ts'
import type { HttpExchange } from '../../src/domain/ports/index.ts'
import type { StandingCheck } from '../../src/domain/step-kind.ts'
import { runGate } from '../../src/engine/gate.ts'
import type { HttpGateSpec } from '../../src/gates/http.ts'
import { http } from '../../src/gates/http.ts'
import { kubernetesReady } from '../../src/gates/kubernetes-ready.ts'
import { nomadJob } from '../../src/gates/nomad-job.ts'
import { traefikRoute } from '../../src/gates/traefik-route.ts'
import { createSelfAdvancingClock } from '../fakes/clock.ts'
import { answered, notAnswered } from '../fakes/ports/visitor.ts'
import { FakeWorld } from '../fakes/ports/world.ts'
import { contextOf } from '../steps/context.ts'

const check = (about: StandingCheck['about'], observation: Awaited<ReturnType<StandingCheck['observe']>>): StandingCheck => ({
  about,
  what: about,
  side: 'new',
  observe: async () => observation,
})
const apiIsDown = () => Promise.reject(new ProblemError({ code: 'unreachable', summary: 'no answer', next: [], effect: 'no' }))

describe('http', () => {
  test('asks for the site as a visitor, at the address for visitors', async () => {
    const { ports, visitor } = new FakeWorld()
    expect(await http.observe(contextOf(ports, {}))).toMatchObject({ verdict: 'pass' })
    expect(visitor.requests).toEqual([{ url: 'https://www.example.org/', connectTo: '192.0.2.1:443' }])
  })

  test.each([
    ['another status', answered(502), /502/],
    ['another body', answered(200, 'Welcome to nginx'), /Hello/],
    ['no answer', notAnswered('refused'), /refused/],
  ])('%s is pending, seen by a visitor', async (_what, exchange, reason) => {
    const { ports, visitor } = new FakeWorld()
    visitor.answer = () => exchange
    expect(await http.observe(contextOf(ports, {}))).toMatchObject({
      verdict: 'pending',
      visitorSawIt: true,
      reason: expect.stringMatching(reason),
    })
  })

  test('own expectations replace those of the site; another host is asked where DNS says', async () => {
    const { ports, visitor } = new FakeWorld()
    visitor.answer = () => ({ ok: true, status: 301, headers: { location: 'https://www.example.org/' }, body: '', timings: {} })
    const spec = { url: 'https://example.org/', status: 301, headers: { Location: 'https://www.example.org/' } }
    expect(await http.observe(contextOf(ports, spec))).toMatchObject({ verdict: 'pass' })
    expect(visitor.requests).toEqual([{ url: 'https://example.org/' }])
    expect(await http.observe(contextOf(ports, { ...spec, status: 200 }))).toMatchObject({ verdict: 'pending' })
  })

  test('from: edge asks from the host of the edge', async () => {
    const { ports, edge, visitor } = new FakeWorld()
    edge.answer = (url, host) => answered(url === 'https://api.test/x' && host === 'api.test' ? 200 : 500)
    expect(await http.observe(contextOf(ports, { url: 'https://api.test/x', from: 'edge' as const }))).toMatchObject({ verdict: 'pass' })
    expect(visitor.requests).toEqual([])
  })
})

describe('http, of what no visitor of the site has seen', () => {
  const upAfter = (looks: number, exchange: HttpExchange) => {
    let asked = 0
    return () => (asked++ < looks ? exchange : answered(200, 'Hello'))
  }
  const settled = (spec: HttpGateSpec, world: FakeWorld) =>
    runGate({
      policy: http.defaultPolicy,
      clock: createSelfAdvancingClock(),
      observe: () => http.observe(contextOf(world.ports, spec)),
      onObserved: () => undefined,
      keep: async () => undefined,
      stop: new AbortController().signal,
      now: new AbortController().signal,
    })

  test('another URL, or one asked from the edge, is waited for', async () => {
    const world = new FakeWorld()
    world.visitor.answer = upAfter(3, answered(503))
    world.edge.answer = upAfter(3, answered(503))
    expect(await settled({ url: 'https://grafana.example.org/healthz' }, world)).toMatchObject({ result: 'passed' })
    expect(await settled({ url: 'https://www.example.org/', from: 'edge' }, world)).toMatchObject({ result: 'passed' })
  })

  test('but the site is not: two wrong answers to its visitors are a failure', async () => {
    const world = new FakeWorld()
    world.visitor.answer = upAfter(3, answered(503))
    expect(await settled({ url: 'https://www.example.org/about' }, world)).toMatchObject({
      result: 'failed',
      progress: { observations: 2 },
    })
  })

  test.each(['dns', 'unreachable'] as const)('%s is trouble of our own', async (failure) => {
    const world = new FakeWorld()
    world.visitor.answer = () => notAnswered(failure)
    expect(await http.observe(contextOf(world.ports, {}))).toMatchObject({ verdict: 'inconclusive' })
    world.visitor.answer = upAfter(5, notAnswered(failure))
    expect(await settled({}, world)).toMatchObject({ result: 'passed' })
  })
})

describe('kubernetes-ready', () => {
  const spec = { objects: [{ apiVersion: 'v1', kind: 'Service', name: 'site' }] }

  test('without objects it is what finished steps deployed; nothing deployed is not a pass', async () => {
    const { ports } = new FakeWorld()
    const standing = [check('kubernetes-ready', pass('ready')), check('old-side', fail('gone'))]
    expect(await kubernetesReady.observe(contextOf(ports, {}, { standing }))).toMatchObject({ verdict: 'pass' })
    expect(await kubernetesReady.observe(contextOf(ports, {}))).toMatchObject({ verdict: 'inconclusive' })
  })

  test('named objects: ready, not there, failed, not to be seen', async () => {
    const { ports, kubernetes } = new FakeWorld()
    expect(await kubernetesReady.observe(contextOf(ports, spec))).toMatchObject({ verdict: 'pending', side: 'new' })
    kubernetes.create({ apiVersion: 'v1', kind: 'Service', metadata: { name: 'site' } })
    expect(await kubernetesReady.observe(contextOf(ports, spec))).toMatchObject({ verdict: 'pass' })
    kubernetes.readinessOf.set('Service', { status: 'failed', reason: 'broken', evidence: ['pod x'] })
    expect(await kubernetesReady.observe(contextOf(ports, spec))).toMatchObject({ verdict: 'fail', side: 'new', evidence: ['pod x'] })
    kubernetes.readiness = apiIsDown
    expect(await kubernetesReady.observe(contextOf(ports, spec))).toMatchObject({ verdict: 'inconclusive' })
  })
})

describe('traefik-route', () => {
  test('the named router must be there, enabled and winning', async () => {
    const { ports } = new FakeWorld()
    expect(await traefikRoute.observe(contextOf(ports, { router: 'site@consulcatalog' }))).toMatchObject({ verdict: 'pass' })
    expect(await traefikRoute.observe(contextOf(ports, { router: 'home@file' }))).toMatchObject({
      verdict: 'pending',
      reason: expect.stringContaining('site@consulcatalog'),
    })
    expect(await traefikRoute.observe(contextOf(ports, { router: 'nobody@file' }))).toMatchObject({ verdict: 'pending' })
  })

  test('a disabled router fails; an undecidable rival is not guessed away; without an API nothing is known', async () => {
    const world = new FakeWorld()
    const context = contextOf(world.ports, { router: 'site@consulcatalog' })
    world.replaced = { rule: 'Strange(`x`)', priority: 99 }
    expect(await traefikRoute.observe(context)).toMatchObject({ verdict: 'inconclusive' })
    world.replaced = { status: 'disabled', errors: ['no such middleware'] }
    expect(await traefikRoute.observe(context)).toMatchObject({ verdict: 'fail', reason: expect.stringContaining('no such middleware') })
    world.edge.routers = apiIsDown
    expect(await traefikRoute.observe(context)).toMatchObject({ verdict: 'inconclusive' })
  })

  test('without a name it is what finished steps routed', async () => {
    const { ports } = new FakeWorld()
    const standing = [check('traefik-route', pending('another wins'))]
    expect(await traefikRoute.observe(contextOf(ports, {}, { standing }))).toMatchObject({ verdict: 'pending' })
  })
})

describe('nomad-job', () => {
  test('running means healthy, stopped means that every allocation has ended', async () => {
    const { ports, nomad, clock } = new FakeWorld()
    const running = contextOf(ports, { job: 'site', is: 'running' as const })
    const stopped = contextOf(ports, { job: 'site', is: 'stopped' as const })
    expect(await nomadJob.observe(running)).toMatchObject({ verdict: 'pass' })
    expect(await nomadJob.observe(stopped)).toMatchObject({ verdict: 'pending' })
    await nomad.stop('site')
    expect(await nomadJob.observe(running)).toMatchObject({ verdict: 'pending', side: 'old' })
    expect(await nomadJob.observe(stopped)).toMatchObject({ verdict: 'pending', reason: expect.stringContaining('1 allocations') })
    await clock.sleep(nomad.stopMs)
    expect(await nomadJob.observe(stopped)).toMatchObject({ verdict: 'pass' })
    for (const each of nomad.allocationList) each.lost = true
    expect(await nomadJob.observe(stopped)).toMatchObject({ verdict: 'pending' })
    await nomad.purge('site')
    expect(await nomadJob.observe(stopped)).toMatchObject({ verdict: 'pass' })
    expect(await nomadJob.observe(running)).toMatchObject({ verdict: 'pending' })
  })

  test('a job that is absent is not stopped while an allocation of it runs', async () => {
    const { ports, nomad, clock } = new FakeWorld()
    const stopped = contextOf(ports, { job: 'site', is: 'stopped' as const })
    await nomad.stop('site')
    // Nomad goes on naming the allocations of a job that was purged.
    nomad.job = async () => undefined
    expect(await nomadJob.observe(stopped)).toMatchObject({
      verdict: 'pending',
      reason: '1 allocations of job site, which is absent, have not ended',
    })
    await clock.sleep(nomad.stopMs)
    expect(await nomadJob.observe(stopped)).toMatchObject({ verdict: 'pass' })
  })
})
