import type { RunResult, StepPreview } from '../domain/event.ts'
import type { Plan, PlanStep } from '../domain/plan.ts'
import { firstStepAfter } from '../domain/plan.ts'
import type { JournalPort } from '../domain/ports/journal.ts'
import type { PlanFiles } from '../domain/ports/files.ts'
import type { Problem } from '../domain/problem.ts'
import { ProblemError, toProblem } from '../domain/problem.ts'
import { JOURNAL_SCHEMA } from '../domain/records.ts'
import { currentState, progressOf } from '../domain/run-state.ts'
import type { EngineDependencies } from './contract.ts'
import { applyStep, settleStep, undoStep } from './effect.ts'
import { boundaryPassed, crossTheBoundary } from './irreversible.ts'
import type { Action, Goal } from './next.ts'
import { next } from './next.ts'
import { digestBasis, previewForEffect } from './preview.ts'
import type { Shown } from './ready.ts'
import { becomeReady } from './ready.ts'
import { beginRollback, finishRollback, forgetStep, getStuck, verifyUndo } from './rollback.ts'
import type { Session } from './session.ts'
import { openSession } from './session.ts'
import { encodeSnapshot, takeSnapshot } from './snapshot.ts'
import { gateOfStep } from './step-gate.ts'

export interface ExecuteOptions {
  readonly plan: Plan
  /** The files of the run's snapshot. */
  readonly files: PlanFiles
  readonly journal: JournalPort
  readonly goal: Goal
  /** Where the journal lies, for people. */
  readonly journalPath: string
  /** `--preview FILE`: effects are held to it, and it counts as approval. */
  readonly approved?: readonly StepPreview[]
}

/** Fold, decide, do, record; until the goal is reached, a person is needed, or somebody says stop. */
export async function execute(options: ExecuteOptions, dependencies: EngineDependencies): Promise<RunResult> {
  const { plan, files, journal, goal } = options
  const session = openSession(plan, files, journal, dependencies)
  const resumed = journal.entries.length > 0
  if (!resumed) await startRun(session)
  const { pid, host, user, lab } = dependencies.process
  await session.record({ type: 'process-attached', pid, host, user, command: goal.do, goal: goal.to })
  const state = currentState(session.state(), plan.states[0])
  dependencies.emit({ type: 'run-started', runId: session.state().runId, plan: plan.name, resumed, state, goal: goal.to, lab, journal: options.journalPath })
  const result = await untilEnd(session, goal, options.approved)
  await session.record({ type: 'process-detached', how: result.outcome === 'interrupted' ? 'interrupted' : 'ended' })
  dependencies.emit({ type: 'finished', result })
  return result
}

async function startRun(session: Session): Promise<void> {
  const { plan, dependencies } = session
  const snapshot = await session.journal.putBlob(encodeSnapshot(await takeSnapshot(plan, dependencies.kinds, session.files)))
  const { toolVersion, lab } = dependencies.process
  const runId = `${new Date(session.ports.clock.now()).toISOString().slice(0, 10)}-${session.ports.randomHex(4)}`
  await session.record({ type: 'run-started', schema: JOURNAL_SCHEMA, runId, planName: plan.name, planPath: plan.path, snapshot, toolVersion, lab })
}

/** What one process remembers between actions; everything that must survive it is in the journal. */
interface Memory {
  shown: Shown | undefined
  readonly left: string[]
  readonly approved: readonly StepPreview[] | undefined
}

async function untilEnd(session: Session, goal: Goal, approved: readonly StepPreview[] | undefined): Promise<RunResult> {
  const memory: Memory = { shown: undefined, left: [], approved }
  const { plan, dependencies } = session
  const barrier = goal.do === 'rollback' && !session.state().rollback ? boundaryPassed(plan, dependencies.kinds, session.state(), goal.to) : undefined
  if (barrier) return failed(session, [barrier])
  for (;;) {
    if (dependencies.interrupt.requested.aborted) return interrupted(session)
    const action = next(plan, dependencies.kinds, session.state(), goal)
    const ended = await perform(session, goal, action, memory)
    if (ended) return ended
  }
}

async function perform(session: Session, goal: Goal, action: Action, memory: Memory): Promise<RunResult | undefined> {
  switch (action.do) {
    case 'apply':
      return apply(session, goal, action.step, memory)
    case 'reapply':
      return void (await applyStep(session, action.step))
    case 'settle':
      return void (await settleStep(session, action.step, action.direction))
    case 'wait':
      return startWaiting(session, goal, action.step, memory)
    case 'gate':
      return void (await gateOfStep(session, action.step, action.gate))
    case 'complete':
      await session.record({ type: 'step-done', step: action.step.id })
      return void session.dependencies.emit({ type: 'step-done', step: action.step.id, ms: 0 })
    case 'reach':
      await session.record({ type: 'state-reached', state: action.state, step: action.step.id })
      return void session.dependencies.emit({ type: 'state-reached', state: action.state, step: action.step.id })
    case 'finish':
      return finish(session, goal)
    case 'pause':
      return pause(session, action)
    case 'give-up':
      return failed(session, [action.failure.problem ?? gateProblem(action.step, action.failure.reason, action.failure.evidence)])
    default:
      return performRollback(session, goal, action, memory)
  }
}

type RollbackAction = Extract<Action, { do: 'begin-rollback' | 'undo' | 'verify-undo' | 'forget' | 'finish-rollback' | 'get-stuck' }>

async function performRollback(session: Session, goal: Goal, action: RollbackAction, memory: Memory): Promise<RunResult | undefined> {
  switch (action.do) {
    case 'begin-rollback':
      return void (await beginRollback(session, action))
    case 'undo':
      announce(session, action.step, 'undo')
      return void (await undoStep(session, action.step))
    case 'verify-undo':
      return void (await verifyUndo(session, action.step, memory.left))
    case 'forget':
      return void (await forgetStep(session, action.step))
    case 'finish-rollback': {
      const result = await finishRollback(session, memory.left)
      // An interrupted rollback is finished first; if the person asked for more, that is done next.
      return result?.outcome === 'rolled-back' && goesFurther(session, goal, result.state) ? undefined : result
    }
    case 'get-stuck':
      return getStuck(session, action)
  }
}

const goesFurther = (session: Session, goal: Goal, state: string): boolean =>
  goal.do === 'rollback' && (firstStepAfter(session.plan, goal.to) ?? 0) < (firstStepAfter(session.plan, state) ?? 0)

async function ready(session: Session, goal: Goal, memory: Memory): Promise<RunResult | undefined> {
  if (memory.shown) return undefined
  const readiness = await becomeReady(session, goal.to, memory.approved)
  if ('ended' in readiness) return readiness.ended
  memory.shown = readiness.shown
  return undefined
}

/** A fresh preview, the intent with its undo record on disk, then the effect. */
async function apply(session: Session, goal: Goal, step: PlanStep, memory: Memory): Promise<RunResult | undefined> {
  const unready = await ready(session, goal, memory)
  if (unready) return unready
  if (session.dependencies.interrupt.requested.aborted) return interrupted(session)
  announce(session, step, 'apply')
  try {
    const preview = await previewForEffect(session, step, memory.shown?.get(step.id))
    const barred = await crossTheBoundary(session, step)
    if (barred) return barred
    if (session.dependencies.interrupt.requested.aborted) return interrupted(session)
    const undoRecord = await session.saveUndoRecord(preview.undoRecord)
    const changes = preview.changes.map(({ system, object, action }) => ({ system, object, action }))
    await session.record({ type: 'intent', step: step.id, direction: 'apply', undoRecord, changes, basis: digestBasis(preview.basis) })
  } catch (error) {
    return failed(session, error instanceof ProblemError ? error.problems : [toProblem(error)])
  }
  await applyStep(session, step)
  return undefined
}

/** Looking needs nobody's word once visitors may be on the new side: a failing look must lead back, not to a refusal. */
async function startWaiting(session: Session, goal: Goal, step: PlanStep, memory: Memory): Promise<RunResult | undefined> {
  const untouched = session.plan.steps.every((each) => progressOf(session.state(), each.id).phase === 'pending')
  const unready = untouched ? await ready(session, goal, memory) : undefined
  if (unready) return unready
  announce(session, step, 'apply')
  await session.record({ type: 'wait-started', step: step.id })
  return undefined
}

function announce(session: Session, step: PlanStep, direction: 'apply' | 'undo'): void {
  const { steps } = session.plan
  session.dependencies.emit({ type: 'step-started', step: step.id, kind: step.kind, index: steps.indexOf(step), of: steps.length, direction })
}

async function finish(session: Session, goal: Goal): Promise<RunResult> {
  const state = currentState(session.state(), session.plan.states[0])
  const { bundle, finished } = session.state()
  if (goal.do === 'run' && finished?.state !== state) await session.record({ type: 'run-finished', state })
  return { outcome: 'done', state, ...(bundle && { bundle: bundle.path }) }
}

async function pause(session: Session, action: Extract<Action, { do: 'pause' }>): Promise<RunResult> {
  const { step, reason, evidence } = action
  const { path } = session.plan
  const next = action.next.length > 0 ? action.next : [`look: jmc-migrate status ${path}`, `try this step again: jmc-migrate run ${path}`, `go back: jmc-migrate rollback ${path}`]
  await session.record({ type: 'paused', reason, evidence, next, ...(step !== undefined && { step }) })
  const state = currentState(session.state(), session.plan.states[0])
  return { outcome: 'paused', state, reason, evidence, next, ...(step !== undefined && { step }) }
}

const failed = (session: Session, problems: readonly Problem[]): RunResult => ({ outcome: 'failed', state: currentState(session.state(), session.plan.states[0]), problems })

const gateProblem = (step: PlanStep, reason: string, evidence: readonly string[]): Problem => ({
  code: 'step-failed',
  summary: `step ${step.id} failed: ${reason}`,
  details: evidence,
  next: ['nothing of it is left; mend the cause and run again'],
})

function interrupted(session: Session): RunResult {
  const state = currentState(session.state(), session.plan.states[0])
  return { outcome: 'interrupted', state, signal: session.dependencies.interrupt.signalName() }
}

