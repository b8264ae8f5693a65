import { describe, expect, it } from 'vitest'
import type { Plan } from '../../src/domain/plan.ts'
import { EMPTY_RUN, PENDING_STEP } from '../../src/domain/run-state.ts'
import type { RunState, StepPhase } from '../../src/domain/run-state.ts'
import { amend } from '../../src/engine/amend.ts'
import type { PlanSnapshot } from '../../src/engine/snapshot.ts'
import { freshWorld, smallKinds, smallPlan } from './small-world.ts'

const kinds = smallKinds(freshWorld())
const snapshot = (planText: string, files: Record<string, string> = {}): PlanSnapshot => ({
  schema: 1,
  planPath: 'plan.yaml',
  planText,
  listings: { manifests: Object.keys(files) },
  files,
})
const before = { plan: smallPlan(), snapshot: snapshot('one') }
const state = (phases: Record<string, StepPhase>): RunState => ({
  ...EMPTY_RUN,
  steps: new Map(Object.entries(phases).map(([id, phase]) => [id, { ...PENDING_STEP, phase }])),
})
const edited = (change: (plan: Plan) => Plan) => ({ plan: change(smallPlan()), snapshot: snapshot('two') })

describe('an edited plan', () => {
  it('goes on where only what is still to come was edited, and says what', () => {
    const after = edited((plan) => ({
      ...plan,
      steps: plan.steps.map((step) => (step.id === 'soak' ? { ...step, spec: { hold: 1 } } : step)),
    }))
    expect(amend(before, after, state({ deploy: 'done' }), kinds)).toEqual({ difference: ['the plan was edited'] })
  })

  it('is refused where a finished step was edited', () => {
    const after = edited((plan) => ({
      ...plan,
      steps: plan.steps.map((step) => (step.id === 'deploy' ? { ...step, spec: { other: 1 } } : step)),
    }))
    expect(amend(before, after, state({ deploy: 'done' }), kinds)).toMatchObject({ refused: [{ code: 'amend-finished-step' }] })
  })

  it('is refused where a finished step was moved', () => {
    const after = edited((plan) => ({ ...plan, steps: [...plan.steps].reverse() }))
    expect(amend(before, after, state({ deploy: 'done' }), kinds)).toMatchObject({ refused: [{ code: 'amend-finished-step' }] })
  })

  it.each(['applying', 'gating', 'gate-failed', 'undoing'] as const)('is refused in the middle of a step (%s)', (phase) => {
    expect(
      amend(
        before,
        edited((plan) => plan),
        state({ deploy: phase }),
        kinds,
      ),
    ).toMatchObject({ refused: [{ code: 'amend-unsettled' }] })
  })

  it('is refused with other targets once something was done on the old ones', () => {
    const after = edited((plan) => ({ ...plan, targets: { ...plan.targets, kubernetes: { namespace: 'other' } } }))
    expect(amend(before, after, state({ deploy: 'done' }), kinds)).toMatchObject({ refused: [{ code: 'amend-targets' }] })
    expect(amend(before, after, state({}), kinds)).toHaveProperty('difference')
  })

  it('is refused where a file of a finished step was edited', () => {
    const withSpec = (plan: Plan): Plan => ({
      ...plan,
      steps: plan.steps.map((step) => (step.id === 'deploy' ? { ...step, spec: { manifests: 'manifests' } } : step)),
    })
    const old = { plan: withSpec(smallPlan()), snapshot: snapshot('one', { 'manifests/a.yaml': '1' }) }
    const after = { plan: withSpec(smallPlan()), snapshot: snapshot('one', { 'manifests/a.yaml': '2' }) }
    expect(amend(old, after, state({ deploy: 'done' }), kinds)).toMatchObject({ refused: [{ code: 'amend-finished-step' }] })
    expect(amend(old, after, state({}), kinds)).toEqual({ difference: ['manifests/a.yaml was edited'] })
  })
})
