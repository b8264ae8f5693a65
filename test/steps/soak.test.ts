import { describe, expect, test } from 'vitest'
import type { Observation } from '../../src/domain/observation.ts'
import { fail, pass, pending } from '../../src/domain/observation.ts'
import type { StandingCheck } from '../../src/domain/step-kind.ts'
import { soak } from '../../src/steps/soak.ts'
import { answered } from '../fakes/ports/visitor.ts'
import { FakeWorld } from '../fakes/ports/world.ts'
import { contextOf } from './context.ts'

const SPEC = { hold: 300_000 }
const check = (about: StandingCheck['about'], side: 'old' | 'new', observation: Observation): StandingCheck => ({
  about,
  side,
  what: about,
  observe: async () => observation,
})

describe('soak', () => {
  test('its policy: hold, tolerated failures, an interval that fits the hold', () => {
    expect(soak.policy({ hold: 300_000, failureThreshold: 2 })).toMatchObject({ hold: 300_000, failureThreshold: 2, interval: 5_000 })
    expect(soak.policy({ hold: 6_000 })).toMatchObject({ failureThreshold: 0, interval: 500 })
    expect(soak.policy({ hold: 10 }).interval).toBe(100)
    expect(soak.policy({ hold: 300_000, interval: 250 }).interval).toBe(250)
    expect(soak.spec.parse({ hold: '5m', interval: '2s' })).toEqual({ hold: 300_000, interval: 2_000 })
    expect(soak.spec.safeParse({ hold: 'five minutes' }).success).toBe(false)
  })

  test('passes when the visitor and every standing check do', async () => {
    const { ports } = new FakeWorld()
    const standing = [check('kubernetes-ready', 'new', pass('ready')), check('old-side', 'old', pass('answers'))]
    expect(await soak.observe(contextOf(ports, SPEC, { standing }))).toMatchObject({ verdict: 'pass' })
  })

  test('a wrong answer to a visitor is on the new side', async () => {
    const { ports, visitor } = new FakeWorld()
    visitor.answer = () => answered(500)
    expect(await soak.observe(contextOf(ports, SPEC))).toMatchObject({ verdict: 'pending', side: 'new', visitorSawIt: true })
  })

  test('a failing old side is told at once, and whose it is', async () => {
    const { ports } = new FakeWorld()
    const standing = [check('kubernetes-ready', 'new', pending('rolling')), check('old-side', 'old', fail('gone', { side: 'old' }))]
    expect(await soak.observe(contextOf(ports, SPEC, { standing }))).toMatchObject({ verdict: 'fail', side: 'old', reason: 'gone' })
  })
})
