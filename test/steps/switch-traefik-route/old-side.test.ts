import { describe, expect, test } from 'vitest'
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
    step.world.edge.answer = () => ({ ok: false, failure: 'refused', detail: 'refused', timings: {} })
    expect((await checks(step)).old).toMatchObject({ verdict: 'pending', side: 'old' })
    for (const each of step.world.nomad.allocationList) each.endsAt = 0
    expect((await checks(step)).old).toMatchObject({
      verdict: 'pending',
      side: 'old',
      reason: expect.stringContaining('site@consulcatalog'),
    })
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
