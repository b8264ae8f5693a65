import { afterReliefRecord, leftBehind } from './fold-relief.ts'
import type { RecordOf } from './fold-step.ts'
import { afterStepRecord, begunAnew, retried, retriedClean } from './fold-step.ts'
import type { JournalEntry, JournalRecord } from './records.ts'
import type { RunState, StepProgress } from './run-state.ts'
import { EMPTY_RUN, PENDING_STEP, progressOf } from './run-state.ts'

/** The state of a run after these entries. Pure; the only way to a RunState. */
export function fold(entries: Iterable<JournalEntry>, start: RunState = EMPTY_RUN): RunState {
  let state = start
  for (const entry of entries) state = foldEntry(state, entry)
  return state
}

export function foldEntry(state: RunState, { record, at }: Pick<JournalEntry, 'record' | 'at'>): RunState {
  return { ...afterRecord(state, record, at), lastRecordAt: at }
}

function afterRecord(state: RunState, record: JournalRecord, at: number): RunState {
  switch (record.type) {
    case 'run-started':
      return {
        ...state,
        runId: record.runId,
        planName: record.planName,
        planPath: record.planPath,
        snapshot: record.snapshot,
        lab: record.lab,
        startedAt: at,
      }
    case 'process-attached':
      return attached(state, record, at)
    case 'process-detached':
      return state.process ? { ...state, process: { ...state.process, ended: record.how } } : state
    case 'plan-amended':
      return { ...state, snapshot: record.snapshot, steps: new Map([...state.steps].map(([id, step]) => [id, begunAnew(step)] as const)) }
    case 'preflight-passed':
      return state
    case 'intent':
    case 'note':
    case 'effect-done':
    case 'effect-failed':
    case 'settled':
    case 'wait-started':
    case 'gate-progress':
    case 'gate-passed':
    case 'gate-failed':
    case 'step-done':
      return leftBehind(
        withStep(forward(state, record), record.step, (step) => afterStepRecord(step, record)),
        record,
      )
    case 'state-reached':
      return { ...state, reached: [...state.reached, { state: record.state, step: record.step, at }] }
    case 'rollback-started':
      return startRollback(state, record, at)
    case 'step-undone':
      return stepUndone(state, record)
    case 'rollback-finished':
      return finishRollback(state, record, at)
    case 'bundle-written':
      return { ...state, bundle: { path: record.path, files: record.files } }
    case 'confirmed':
      // Evidence only: a confirmation belongs to the process that got it.
      return state
    case 'declined':
      return { ...state, paused: { step: record.step, reason: 'the irreversible step was declined', evidence: [], next: [] } }
    case 'paused':
      return paused(state, record)
    case 'stuck':
      return { ...state, stuck: { step: record.step, problem: record.problem, manual: record.manual } }
    case 'watch-tripped':
      return { ...state, tripped: { reason: record.reason, evidence: record.evidence, ...(record.side && { side: record.side }) } }
    case 'relief-started':
    case 'relief-failed':
    case 'relieved':
    case 'relief-ended':
      return afterReliefRecord(state, record, at)
    case 'watched':
      return state
    case 'run-finished':
      return { ...state, finished: { state: record.state, at } }
  }
}

const withStep = (state: RunState, id: string, change: (step: StepProgress) => StepProgress): RunState => ({
  ...state,
  steps: new Map(state.steps).set(id, change(progressOf(state, id))),
})

/** Going forward again ends what the last rollback, or the last finish, said. */
function forward(state: RunState, record: JournalRecord): RunState {
  const begins = (record.type === 'intent' && record.direction === 'apply') || record.type === 'wait-started'
  return begins ? { ...state, rolledBack: undefined, finished: undefined } : state
}

/** A new process was told to go on: a pause is over, and what had failed a gate is looked at again. */
function attached(state: RunState, record: RecordOf<'process-attached'>, at: number): RunState {
  const process = { pid: record.pid, host: record.host, user: record.user, since: at }
  const again = state.paused ? retried : retriedClean
  const steps = new Map([...state.steps].map(([id, step]) => [id, again(step)] as const))
  return {
    ...state,
    process,
    steps,
    paused: undefined,
    stuck: undefined,
    ...(state.relief && { relief: { ...state.relief, stale: true } }),
  }
}

function startRollback(state: RunState, record: RecordOf<'rollback-started'>, at: number): RunState {
  const from = state.reached.at(-1)?.state ?? ''
  const steps = new Map([...state.steps].map(([id, step]) => [id, { ...step, undoAttempts: 0 }] as const))
  const { to, cause, reason, failedStep, failedSide, evidence } = record
  const rollback = {
    from,
    to,
    cause,
    reason,
    evidence,
    startedAt: at,
    undone: [],
    ...(failedStep !== undefined && { failedStep }),
    ...(failedSide && { failedSide }),
  }
  return { ...state, steps, rollback, paused: undefined, tripped: undefined, finished: undefined, rolledBack: undefined }
}

function stepUndone(state: RunState, record: RecordOf<'step-undone'>): RunState {
  const undone = withStep(state, record.step, () => PENDING_STEP)
  const reached = undone.reached.filter((each) => each.step !== record.step)
  return {
    ...undone,
    reached,
    ...(undone.relief?.step === record.step && { relief: undefined }),
    ...(undone.rollback && { rollback: { ...undone.rollback, undone: [...undone.rollback.undone, record.step] } }),
  }
}

function finishRollback(state: RunState, record: RecordOf<'rollback-finished'>, at: number): RunState {
  if (!state.rollback) return state
  return {
    ...state,
    rollback: undefined,
    rolledBack: { ...state.rollback, verified: record.verified, left: record.left, visitors: record.visitors, finishedAt: at },
  }
}

/** A pause ends a rollback that could not go on; what was undone stays undone, an untouched step gets its phase back. */
function paused(state: RunState, { step, reason, evidence, next }: RecordOf<'paused'>): RunState {
  const steps = new Map([...state.steps].map(([id, each]) => [id, untouched(each)] as const))
  return {
    ...state,
    steps,
    rollback: undefined,
    tripped: undefined,
    paused: { reason, evidence, next, ...(step !== undefined && { step }) },
  }
}

const untouched = (step: StepProgress): StepProgress =>
  (step.phase === 'undo-failed' || step.phase === 'undoing') && step.settlement?.status === 'none'
    ? { ...step, phase: step.before ?? 'done', settlement: undefined }
    : step
