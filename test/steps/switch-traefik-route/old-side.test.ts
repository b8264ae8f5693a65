import { describe, expect, test } from 'vitest'
import type { HttpExchange } from '../../../src/domain/ports/index.ts'
import { ProblemError } from '../../../src/domain/problem.ts'
import { switchTraefikRoute } from '../../../src/steps/switch-traefik-route.ts'
import { answered } from '../../fakes/ports/visitor.ts'
import { switched } from './previewed.ts'

describe('standing', () => {
  const checks = async (step: Awaited<ReturnType<typeof switched>>) => {
    const all = switchTraefikRoute.standing?.(step.context, step.record, step.notes) ?? []
    const look = async (about: string) => all.find((each) => each.about === about)?.observe()
    return { route: await look('traefik-route'), old: await look('old-side') }
  }

  test('both sides well', async () => {
    expect(await checks(await switched())).toMatchObject({
      route: { verdict: 'pass' },
      old: { verdict: 'pass', reason: expect.stringContaining('answered 200') },
    })
  })

  test('a Connect sidecar is not asked directly, and that is said', async () => {
    const step = await switched()
    step.world.connect = true
    expect((await checks(step)).old).toMatchObject({ verdict: 'pass', reason: expect.stringContaining('not asked directly') })
  })

  test('servers that do not listen, or are gone from the edge, are named as the old side (one bad look may be a hiccup)', async () => {
    const step = await switched()
    // What ssh makes of a server that refuses: the connection stands, and ends without a byte.
    step.world.edge.answer = () => ({ ok: false, failure: 'reset', detail: 'closed', timings: { connected: 1 } })
    expect((await checks(step)).old).toMatchObject({
      verdict: 'pending',
      side: 'old',
      reason: expect.stringContaining('does not take connections'),
    })
    for (const each of step.world.nomad.allocationList) each.endsAt = 0
    expect((await checks(step)).old).toMatchObject({
      verdict: 'pending',
      side: 'old',
      reason: expect.stringContaining('site@consulcatalog'),
    })
  })

  const ended: HttpExchange = { ok: false, failure: 'reset', detail: 'closed', timings: { connected: 1 } }
  const certificate = { subject: 'sidecar', altNames: [], issuer: 'connect', validTo: 0, authorized: false }

  test.each<readonly [string, HttpExchange, 'pass' | 'pending']>([
    ['TLS that stood', { ...ended, timings: { connected: 1, secured: 2 } }, 'pass'],
    ['a certificate', { ...ended, failure: 'tls', certificate }, 'pass'],
    ['an alert', { ...ended, failure: 'tls' }, 'pass'],
    ['something that is no HTTP', { ...ended, failure: 'protocol' }, 'pass'],
    ['nothing in time', { ...ended, failure: 'timeout' }, 'pending'],
    ['nothing, once more', ended, 'pending'],
  ])('a server that ends a plain connection without a byte is asked over TLS: %s', async (_what, overTls, verdict) => {
    const step = await switched()
    const { catalog } = step.world.edge
    step.world.edge.catalog = () => ({
      ...catalog(),
      services: catalog().services.map((each) => ({ ...each, servers: [{ url: 'http://10.0.0.1:20000', status: 'UP' }] })),
    })
    const asked: string[] = []
    step.world.edge.answer = (url) => {
      asked.push(url)
      return url.startsWith('https:') ? overTls : ended
    }
    expect((await checks(step)).old).toMatchObject({ verdict, ...(verdict === 'pending' && { side: 'old' }) })
    expect(asked).toEqual(['http://10.0.0.1:20000', 'https://10.0.0.1:20000/'])
  })

  test('a wrong answer of the old side is told as such', async () => {
    const step = await switched()
    step.world.oldAnswers = answered(500)
    expect((await checks(step)).old).toMatchObject({ verdict: 'pending', side: 'old', reason: expect.stringContaining('500') })
  })

  test('what cannot be seen is not a failure', async () => {
    const step = await switched()
    const down = () => Promise.reject(new ProblemError({ code: 'unreachable', summary: 'no answer', next: [], effect: 'no' }))
    step.world.edge.routers = down
    step.world.edge.router = down
    expect(await checks(step)).toMatchObject({ route: { verdict: 'inconclusive' }, old: { verdict: 'inconclusive' } })
  })
})
