import { describe, expect, it } from 'vitest'
import type { Plan, PlanGate, PlanStep } from '../../src/domain/plan.ts'
import { EMPTY_RUN, PENDING_STEP } from '../../src/domain/run-state.ts'
import type { RunState, StepPhase, StepProgress } from '../../src/domain/run-state.ts'
import { amend } from '../../src/engine/amend.ts'
import { FRESH_GATE } from '../../src/engine/gate-progress.ts'
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

  it.each(['applying', 'apply-failed', 'gate-failed', 'undoing'] as const)('is refused in the middle of an effect (%s)', (phase) => {
    // `gate-failed` before any gate began: half of the effect is there.
    const after = edited((plan) => plan)
    expect(amend(before, after, state({ deploy: phase }), kinds)).toMatchObject({
      refused: [{ code: 'amend-unsettled', next: [expect.anything(), expect.stringContaining('`gates`')] }],
    })
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
    const more = { plan: withSpec(smallPlan()), snapshot: snapshot('one', { 'manifests/a.yaml': '1', 'manifests/b.yaml': '1' }) }
    expect(amend(old, more, state({ deploy: 'done' }), kinds)).toMatchObject({
      refused: [{ code: 'amend-finished-step', summary: expect.stringContaining('manifests/b.yaml') }],
    })
    expect(amend(more, old, state({ deploy: 'done' }), kinds)).toMatchObject({ refused: [{ code: 'amend-finished-step' }] })
  })
})

const LOCATION = { file: 'plan.yaml', line: 1, column: 1 }
const GATE: PlanGate = {
  kind: 'http',
  spec: { path: '/new' },
  policy: { interval: 1, timeout: 2, successThreshold: 1, hold: 0, failureThreshold: 0, inconclusive: 'fail' },
  location: LOCATION,
}
const withStep = (id: string, change: (step: PlanStep) => PlanStep) =>
  edited((plan) => ({ ...plan, steps: plan.steps.map((step) => (step.id === id ? change(step) : step)) }))
const inGates = (progress: Partial<StepProgress> = {}): RunState => ({
  ...EMPTY_RUN,
  steps: new Map([
    ['deploy', { ...PENDING_STEP, phase: 'done' as const }],
    ['cut', { ...PENDING_STEP, phase: 'gate-failed' as const, gate: { name: 0, progress: FRESH_GATE }, ...progress }],
  ]),
})

describe('an edited plan, while the gates of a step are looked at', () => {
  const gatesEdited = withStep('cut', (step) => ({ ...step, gates: [GATE] }))

  it.each<[string, Partial<StepProgress>]>([
    ['one has failed', {}],
    ['they are looked at', { phase: 'gating' }],
    ['they have not begun', { phase: 'gating', gate: undefined }],
    ['the effect failed, but was found done', { gate: undefined, settlement: { status: 'done' } }],
  ])('goes on with other gates: %s', (_, progress) => {
    expect(amend(before, gatesEdited, inGates(progress), kinds)).toEqual({ difference: ['the plan was edited'] })
  })

  it.each<[string, Partial<StepProgress>]>([
    ['half of the effect is there', { settlement: { status: 'partial', reason: 'half' } }],
    ['somebody else made what is there', { settlement: { status: 'foreign', reason: 'not ours' } }],
    ['no gate has begun', { gate: undefined }],
  ])('is refused: %s', (_, progress) => {
    expect(amend(before, gatesEdited, inGates(progress), kinds)).toMatchObject({ refused: [{ code: 'amend-unsettled' }] })
  })

  it.each<[string, (step: PlanStep) => PlanStep, string]>([
    ['its fields', (step) => ({ ...step, spec: { other: 1 } }), 'edited (`turn-route`)'],
    ['its kind', (step) => ({ ...step, kind: 'turn-new' }), 'edited (`turn-route` became `turn-new`)'],
    ['the state that it reaches', (step) => ({ ...step, reaches: 'nomad-removed' }), 'edited (`reaches`)'],
    ['what is done when it fails', (step) => ({ ...step, onFailure: 'pause' }), 'edited (`onFailure`)'],
    ['its id', (step) => ({ ...step, id: 'other' }), 'moved or removed'],
  ])('is refused where more of the step was edited: %s', (_, change, says) => {
    const found = amend(
      before,
      withStep('cut', (step) => change({ ...step, gates: [GATE] })),
      inGates(),
      kinds,
    )
    expect(found).toMatchObject({
      refused: [
        { code: 'amend-unsettled', summary: expect.stringContaining(says), next: [expect.anything(), expect.stringContaining('`gates`')] },
      ],
    })
  })

  it('is refused with another site, other targets, or another file of the step', () => {
    const site = edited((plan) => ({ ...plan, site: { url: 'https://other.test/', expect: { status: 200 } } }))
    expect(amend(before, site, inGates(), kinds)).toMatchObject({ refused: [{ code: 'amend-site' }] })
    const alone = { ...EMPTY_RUN, steps: new Map([['deploy', { ...PENDING_STEP, phase: 'gating' as const }]]) }
    const targets = edited((plan) => ({ ...plan, targets: { ...plan.targets, kubernetes: { namespace: 'other' } } }))
    expect(amend(before, targets, alone, kinds)).toMatchObject({ refused: [{ code: 'amend-targets' }] })
    const deploys = (plan: Plan): Plan => ({
      ...plan,
      steps: plan.steps.map((step) => (step.id === 'deploy' ? { ...step, spec: { manifests: 'manifests' } } : step)),
    })
    const file = (content: string) => ({ plan: deploys(smallPlan()), snapshot: snapshot('one', { 'manifests/a.yaml': content }) })
    expect(amend(file('1'), file('2'), alone, kinds)).toMatchObject({ refused: [{ code: 'amend-finished-step' }] })
  })
})

describe('an edited plan, while a step waits', () => {
  const waiting = state({ deploy: 'done', cut: 'done', soak: 'gating' })

  it('goes on where the wait was edited, moved or removed', () => {
    const after = [
      withStep('soak', (step) => ({ ...step, spec: { hold: 1 } })),
      edited((plan) => ({ ...plan, steps: plan.steps.filter((step) => step.id !== 'soak') })),
      edited((plan) => ({ ...plan, steps: plan.steps.toSorted((a, b) => Number(a.id === 'soak') - Number(b.id === 'soak')) })),
    ]
    for (const each of after) expect(amend(before, each, waiting, kinds)).toEqual({ difference: ['the plan was edited'] })
  })

  it('is refused where a finished step was edited with it', () => {
    const after = edited((plan) => ({
      ...plan,
      steps: plan.steps.filter((step) => step.id !== 'soak').map((step) => (step.id === 'cut' ? { ...step, spec: { other: 1 } } : step)),
    }))
    expect(amend(before, after, waiting, kinds)).toMatchObject({
      refused: [{ code: 'amend-finished-step', summary: expect.stringContaining('cut') }],
    })
  })

  it('is refused where a step with an effect took its id: it would be taken for begun', () => {
    const taken = withStep('soak', (step) => ({ ...step, kind: 'turn-old' }))
    expect(amend(before, taken, waiting, kinds)).toMatchObject({ refused: [{ code: 'amend-id-taken' }] })
    const without = { plan: smallPlan((steps) => steps.filter((step) => step.id !== 'soak')), snapshot: snapshot('one') }
    expect(amend(without, taken, waiting, kinds)).toMatchObject({ refused: [{ code: 'amend-id-taken' }] })
  })
})
