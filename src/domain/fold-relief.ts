import type { RecordOf } from './fold-step.ts'
import { retried } from './fold-step.ts'
import type { JournalRecord } from './records.ts'
import type { RunState, StepProgress } from './run-state.ts'
import { progressOf } from './run-state.ts'

type ReliefRecord = RecordOf<'relief-started' | 'relief-failed' | 'relieved' | 'relief-ended'>

export function afterReliefRecord(state: RunState, record: ReliefRecord, at: number): RunState {
  switch (record.type) {
    case 'relief-started': {
      const { step, affected, reason, evidence } = record
      return { ...state, relief: { step, affected, reason, evidence, startedAt: at } }
    }
    case 'relief-failed':
      return failed(state, record)
    case 'relieved':
      return relieved(state, record)
    case 'relief-ended':
      return ended(state, record)
  }
}

/** Nothing is left of a first attempt that provably wrote nothing; of any other it is not known what is there. */
function failed(state: RunState, { problem }: RecordOf<'relief-failed'>): RunState {
  const { relief } = state
  if (relief === undefined) return state
  const untouched = problem.effect === 'no' && relief.verified === undefined && relief.stale === undefined
  return { ...state, relief: untouched ? undefined : { ...relief, stale: true } }
}

/** It answers the trip that led to it. The step's effect is there, in another form than its own. */
function relieved(state: RunState, record: RecordOf<'relieved'>): RunState {
  const { relief } = state
  if (relief === undefined) return state
  const { stale: _stale, ...known } = relief
  const fresh = { ...known, verified: record.verified, evidence: record.evidence ?? relief.evidence }
  const effectIsThere = (step: StepProgress): StepProgress => ({
    ...step,
    settlement: undefined,
    phase: step.phase === 'applying' ? 'gating' : step.phase,
  })
  return { ...withStep(state, record.step, effectIsThere), relief: fresh, tripped: undefined }
}

/** What had failed is looked at again, the step itself from its effect on. */
function ended(state: RunState, { step: id }: RecordOf<'relief-ended'>): RunState {
  const steps = new Map([...state.steps].map(([each, step]) => [each, retried(step)] as const))
  const again = (step: StepProgress): StepProgress => ({
    ...step,
    phase: 'applying',
    ownGatePassed: false,
    gatesPassed: 0,
    gate: undefined,
    failure: undefined,
    settlement: { status: 'partial', reason: 'all visitors are on the new side' },
  })
  return {
    ...withStep({ ...state, steps }, id, again),
    tripped: undefined,
    ...(state.relief && { relief: { ...state.relief, ended: true } }),
  }
}

/** A later step whose effect is there has left the shared route behind; the step itself, applied anew, has put it back. */
export function leftBehind(state: RunState, record: JournalRecord): RunState {
  const { relief } = state
  const isThere = record.type === 'effect-done' || (record.type === 'settled' && record.settlement.status === 'done')
  if (relief === undefined || !isThere || record.direction === 'undo') return state
  return record.step === relief.step && !relief.ended ? state : { ...state, relief: undefined }
}

const withStep = (state: RunState, id: string, change: (step: StepProgress) => StepProgress): RunState => ({
  ...state,
  steps: new Map(state.steps).set(id, change(progressOf(state, id))),
})
