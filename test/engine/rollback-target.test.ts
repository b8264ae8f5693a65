import { describe, expect, it } from 'vitest'
import { EMPTY_RUN, PENDING_STEP } from '../../src/domain/run-state.ts'
import type { RunState, StepFailure } from '../../src/domain/run-state.ts'
import { plannedRollback, rollbackTarget, visitorsIn } from '../../src/engine/rollback-target.ts'
import { freshWorld, smallKinds, smallPlan } from './small-world.ts'

const plan = smallPlan()
const kinds = smallKinds(freshWorld())
const byId = (id: string) => plan.steps.find((step) => step.id === id) ?? plan.steps[0]!

/** A run in which every step before `id` is done. */
function upTo(id: string): RunState {
  const before = plan.steps.slice(0, plan.steps.indexOf(byId(id)))
  const reached = before.flatMap((step) => (step.reaches === undefined ? [] : [{ state: step.reaches, step: step.id, at: 0 }]))
  return { ...EMPTY_RUN, reached, steps: new Map(before.map((step) => [step.id, { ...PENDING_STEP, phase: 'done' as const }])) }
}
const failure = (side?: 'old' | 'new'): StepFailure => ({ reason: 'x', evidence: [], inconclusive: false, ...(side && { side }) })

describe('where a failing step leads', () => {
  it.each([
    ['deploy', 'new', { to: 'nomad-only' }],
    ['cut', 'new', { to: 'both-running' }],
    ['cut', undefined, { to: 'both-running' }],
    ['soak', 'new', { to: 'both-running' }],
    ['soak', undefined, { to: 'both-running' }],
    ['stop', undefined, { to: 'k8s-only' }],
    ['stop', 'new', { to: 'both-running' }],
  ] as const)('%s failing on side %s', (id, side, target) => {
    expect(rollbackTarget(plan, kinds, upTo(id), byId(id), failure(side))).toEqual(target)
  })

  it('a dead old side during the soak leaves visitors where they are', () => {
    expect(rollbackTarget(plan, kinds, upTo('soak'), byId('soak'), failure('old'))).toHaveProperty('pause')
  })

  it('an old side that fails before anything moved leaves no healthy place', () => {
    expect(rollbackTarget(plan, kinds, upTo('deploy'), byId('deploy'), failure('old'))).toEqual({
      pause: expect.stringMatching(/^no reached state puts visitors on a side that has not failed: bring the old side back/),
    })
  })
})

describe('where there is nothing to go back to', () => {
  it('what cannot be undone is named, and no side is said to have failed', () => {
    const after = { ...smallPlan(), steps: [...plan.steps, { ...byId('soak'), id: 'look' }] }
    const state = { ...upTo('purge'), steps: new Map([...upTo('purge').steps, ['purge', { ...PENDING_STEP, phase: 'done' as const }]]) }
    const last = after.steps.at(-1)!
    const end = { pause: 'there is no way back: step purge cannot be undone' }
    expect(rollbackTarget(after, kinds, state, last, failure())).toEqual(end)
  })

  it('what could not be decided moves nobody, and is not said to be well', () => {
    const pause = rollbackTarget(plan, kinds, upTo('soak'), byId('soak'), { ...failure(), inconclusive: true })
    expect(pause).toEqual({ pause: expect.stringMatching(/they stay where they are$/) })
  })
})

describe('what a dry run prints', () => {
  it('is the place of each step', () => {
    expect(plan.steps.map((_, index) => plannedRollback(plan, kinds, index))).toEqual([
      { to: 'nomad-only' },
      { to: 'both-running' },
      { to: 'both-running' },
      { to: 'k8s-only' },
      { pause: 'it cannot be undone (the old side is gone for good)' },
    ])
  })
})

it('a step that brings more visitors to the new side is said to lead back to where none of them are there', () => {
  const cut = byId('cut')
  const more = { ...cut, id: 'more', reaches: 'all' }
  const shared = { ...plan, states: ['nomad-only', 'both-running', 'k8s-only', 'all'] as const, steps: [byId('deploy'), cut, more] }
  expect(plannedRollback(shared, kinds, 2)).toEqual({ to: 'both-running' })
})

it('visitors of a state come from the traffic model', () => {
  expect([...visitorsIn(plan, kinds, 'both-running')]).toEqual(['old'])
  expect([...visitorsIn(plan, kinds, 'k8s-only')]).toEqual(['new'])
})
