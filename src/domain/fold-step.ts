import type { JournalRecord } from './records.ts'
import type { StepFailure, StepProgress } from './run-state.ts'
import { PENDING_STEP } from './run-state.ts'

export type RecordOf<Type extends JournalRecord['type']> = Extract<JournalRecord, { readonly type: Type }>

/** Records about one step's way, forward or back. */
export type StepRecord = RecordOf<
  | 'intent'
  | 'note'
  | 'effect-done'
  | 'effect-failed'
  | 'settled'
  | 'wait-started'
  | 'gate-progress'
  | 'gate-passed'
  | 'gate-failed'
  | 'step-done'
>

export function afterStepRecord(step: StepProgress, record: StepRecord): StepProgress {
  switch (record.type) {
    case 'intent':
      return record.direction === 'apply'
        ? { ...PENDING_STEP, phase: 'applying', undoRecord: record.undoRecord, changes: record.changes }
        : {
            ...step,
            phase: 'undoing',
            settlement: undefined,
            before: step.phase === 'undoing' || step.phase === 'undo-failed' ? step.before : step.phase,
          }
    case 'note':
      return { ...step, notes: [...step.notes, record.note] }
    case 'effect-done':
      return { ...step, phase: record.direction === 'apply' ? 'gating' : 'undo-applied', settlement: undefined }
    case 'effect-failed':
      return record.direction === 'apply' ? applyFailed(step, record) : undoFailed(step, record)
    case 'settled':
      return record.direction === 'apply' ? settledApply(step, record) : settledUndo(step, record)
    case 'wait-started':
      return { ...PENDING_STEP, phase: 'gating' }
    case 'gate-progress':
      return { ...step, gate: { name: record.gate, progress: record.progress } }
    case 'gate-passed': {
      const passed = record.gate === 'own' ? { ownGatePassed: true } : { gatesPassed: record.gate + 1 }
      return { ...step, ...passed, gate: { name: record.gate, progress: record.progress } }
    }
    case 'gate-failed':
      // Before the effect nothing of the step is there; before a half-done one is finished, that half is.
      if (record.gate === 'before')
        return { ...step, phase: step.phase === 'pending' ? 'failed-clean' : 'gate-failed', failure: failureOf(record) }
      return {
        ...step,
        phase: step.phase === 'undo-applied' ? 'undo-failed' : 'gate-failed',
        gate: { name: record.gate, progress: record.progress },
        failure: failureOf(record),
      }
    case 'step-done':
      return { ...step, phase: 'done', gate: undefined }
  }
}

const failureOf = (record: RecordOf<'gate-failed'>): StepFailure => ({
  reason: record.reason,
  evidence: record.evidence,
  inconclusive: record.verdict === 'inconclusive',
  ...(record.side && { side: record.side }),
})

function applyFailed(step: StepProgress, record: RecordOf<'effect-failed'>): StepProgress {
  const { problem } = record
  return {
    ...step,
    phase: 'apply-failed',
    settlement: undefined,
    failure: { reason: problem.summary, evidence: problem.details ?? [], inconclusive: false, problem },
  }
}

function undoFailed(step: StepProgress, record: RecordOf<'effect-failed'>): StepProgress {
  const attempts = { undoAttempts: step.undoAttempts + 1 }
  const failure: StepFailure = {
    reason: record.problem.summary,
    evidence: record.problem.details ?? [],
    inconclusive: false,
    problem: record.problem,
  }
  return { ...step, ...attempts, phase: 'undo-failed', failure, settlement: undefined }
}

function settledApply(before: StepProgress, record: RecordOf<'settled'>): StepProgress {
  const failed = before.phase === 'apply-failed'
  const step = { ...before, settlement: record.settlement }
  switch (record.settlement.status) {
    case 'none':
      return failed ? { ...step, phase: 'failed-clean' } : PENDING_STEP
    case 'done':
      return failed ? { ...step, phase: 'gate-failed' } : { ...step, phase: 'gating' }
    case 'partial':
      return failed ? { ...step, phase: 'gate-failed' } : step
    case 'foreign':
      return {
        ...step,
        phase: 'gate-failed',
        failure: step.failure ?? { reason: record.settlement.reason, evidence: [], inconclusive: false },
      }
    case 'unknown':
      return step
  }
}

/** A failed undo stays failed, now with what is really there: that decides whether it is tried again. */
function settledUndo(step: StepProgress, record: RecordOf<'settled'>): StepProgress {
  return { ...step, settlement: record.settlement, phase: record.settlement.status === 'done' ? 'undo-applied' : step.phase }
}

/** What a new process that was told to go on makes of a step after a pause. */
export function retried(step: StepProgress): StepProgress {
  const unfinished = step.settlement?.status === 'partial' || step.settlement?.status === 'foreign'
  // Without a gate it failed before its effect was whole, whatever a process before this one was told by `settle`.
  if (step.phase === 'gate-failed' && (unfinished || step.gate === undefined))
    return { ...step, phase: 'applying', failure: undefined, settlement: undefined }
  if (step.phase === 'gate-failed')
    return { ...step, phase: 'gating', ownGatePassed: false, gatesPassed: 0, gate: undefined, failure: undefined }
  if (step.phase === 'apply-failed') return { ...step, phase: 'applying', failure: undefined, settlement: undefined }
  return retriedClean(step)
}

/** An answer of `settle`, and the patience with an undo, belong to the process that had them; a failed effect of which nothing is left may be tried again. */
export function retriedClean(step: StepProgress): StepProgress {
  if (step.phase === 'failed-clean') return PENDING_STEP
  if (step.phase === 'undo-failed') return { ...step, phase: 'undoing', settlement: undefined, failure: undefined, undoAttempts: 0 }
  return step.settlement ? { ...step, settlement: undefined } : step
}

/** Whether the step's effect (or a wait's start) is behind it, and its gates, looked at or failed, are what is left. */
export function isInItsGates({ phase, settlement, gate }: StepProgress): boolean {
  if (phase === 'gating') return true
  if (phase !== 'gate-failed' || settlement?.status === 'partial' || settlement?.status === 'foreign') return false
  // What failed before the effect was whole has been in no gate; an answer of `settle` is forgotten by the next process.
  return gate !== undefined || settlement?.status === 'done'
}

/** Under an edited plan the gates of a step begin again, also one that has failed: their conditions may be others. */
export const begunAnew = (step: StepProgress): StepProgress =>
  isInItsGates(step)
    ? { ...step, phase: 'gating', ownGatePassed: false, gatesPassed: 0, gate: undefined, failure: undefined, settlement: undefined }
    : step
