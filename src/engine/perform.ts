import type { RunResult, StepPreview } from '../domain/event.ts'
import type { PlanStep } from '../domain/plan.ts'
import { firstUndone } from '../domain/plan.ts'
import { ProblemError, toProblem } from '../domain/problem.ts'
import { progressOf } from '../domain/run-state.ts'
import { applyStep, settleStep, undoStep } from './effect.ts'
import { lookBeforeAtOnce } from './before-effect.ts'
import { crossTheBoundary } from './irreversible.ts'
import type { Action, Goal } from './next.ts'
import { nothingToDo } from './nothing-to-do.ts'
import { failed, finish, gateProblem, interrupted, pause } from './outcome.ts'
import { digestBasis, previewForEffect } from './preview.ts'
import type { Shown } from './ready.ts'
import { askToGoOn, becomeReady } from './ready.ts'
import { beginRelief, pauseRelieved, relieve } from './relief.ts'
import { beginRollback, finishRollback, forgetStep, getStuck, verifyUndo } from './rollback.ts'
import type { Session } from './session.ts'
import { stillServed, stillServedPause } from './still-served.ts'
import { gateBefore, gateOfStep } from './step-gate.ts'

/** What one process remembers between actions; everything that must survive it is in the journal. */
export interface Memory {
  shown: Shown | undefined
  approved: readonly StepPreview[] | undefined
  /** Whether a person, a flag or a saved preview has said that this process may go on. */
  mayGoOn: boolean
  /** Whether this process has looked at the world through a gate. */
  looked: boolean
}

/** What looks at the world before it is recorded. */
const LOOKING: readonly Action['do'][] = ['gate', 'relieve', 'verify-undo', 'finish-rollback']

/** Does one action; what comes back ends the process' work. What "now" cuts off has not failed, nor is it a mistake of ours. */
export async function perform(session: Session, goal: Goal, action: Action, memory: Memory): Promise<RunResult | undefined> {
  if (LOOKING.includes(action.do)) memory.looked = true
  try {
    const ended = await act(session, goal, action, memory)
    return ended?.outcome === 'failed' && session.interrupt.now.aborted ? halted(session) : ended
  } catch (error) {
    if (session.interrupt.now.aborted) return halted(session)
    throw error
  }
}

async function act(session: Session, goal: Goal, action: Action, memory: Memory): Promise<RunResult | undefined> {
  switch (action.do) {
    case 'apply':
      return apply(session, goal, action.step, memory)
    case 'reapply':
      return reapply(session, goal, action.step, memory)
    case 'settle':
      await settleStep(session, action.step, action.direction)
      return undefined
    case 'wait':
      return startWaiting(session, goal, action.step, memory)
    case 'gate': {
      const refused = await mayGoOn(session, goal, memory)
      if (refused) return refused
      await gateOfStep(session, action.step, action.gate)
      return undefined
    }
    case 'complete':
      await session.record({ type: 'step-done', step: action.step.id })
      session.dependencies.emit({ type: 'step-done', step: action.step.id, ms: msSinceBegun(session, action.step.id) })
      return undefined
    case 'reach':
      await session.record({ type: 'state-reached', state: action.state, step: action.step.id })
      session.dependencies.emit({ type: 'state-reached', state: action.state, step: action.step.id })
      return undefined
    case 'finish':
      return memory.looked ? finish(session, goal) : nothingToDo(session, goal)
    case 'begin-relief':
      await beginRelief(session, action)
      return undefined
    case 'relieve':
      return relieve(session, action.step)
    case 'pause-relieved':
      return pauseRelieved(session)
    case 'pause':
      return pause(session, action)
    case 'give-up':
      return failed(session, [action.failure.problem ?? gateProblem(action.step, action.failure.reason, action.failure.evidence)])
    default:
      return performRollback(session, goal, action, memory)
  }
}

/** Since the step was last begun, by the journal: also across processes. */
function msSinceBegun(session: Session, step: string): number {
  const begun = session.journal.entries.findLast(
    ({ record }) => (record.type === 'wait-started' || (record.type === 'intent' && record.direction === 'apply')) && record.step === step,
  )
  return begun === undefined ? 0 : Math.max(0, session.ports.clock.now() - begun.at)
}

type RollbackAction = Extract<Action, { do: 'begin-rollback' | 'undo' | 'verify-undo' | 'forget' | 'finish-rollback' | 'get-stuck' }>

async function performRollback(session: Session, goal: Goal, action: RollbackAction, memory: Memory): Promise<RunResult | undefined> {
  switch (action.do) {
    case 'begin-rollback':
      await beginRollback(session, action)
      return undefined
    case 'undo': {
      const refused = session.state().rollback ? undefined : await mayFinishUndo(session, goal, memory)
      if (refused) return refused
      if (session.interrupt.requested.aborted) return halted(session)
      announce(session, action.step, 'undo')
      const served = await stillServed(session, action.step)
      if (served !== undefined) return pause(session, stillServedPause(session, action.step, served))
      await undoStep(session, action.step)
      return undefined
    }
    case 'verify-undo':
      await verifyUndo(session, action.step)
      return undefined
    case 'forget':
      await forgetStep(session, action.step)
      return undefined
    case 'finish-rollback': {
      const result = await finishRollback(session)
      // An interrupted rollback is finished first; if the person asked for more, that is done next.
      return result?.outcome === 'rolled-back' && goesFurther(session, goal, result.state) ? undefined : result
    }
    case 'get-stuck':
      return getStuck(session, action)
  }
}

const goesFurther = (session: Session, goal: Goal, state: string): boolean =>
  goal.do === 'rollback' && firstUndone(session.plan, goal.to) < firstUndone(session.plan, state)

async function ready(session: Session, goal: Goal, memory: Memory): Promise<RunResult | undefined> {
  if (memory.shown) {
    session.beginWatch('to-lead-back')
    return undefined
  }
  const readiness = await becomeReady(session, goal.to, memory.approved)
  if ('ended' in readiness) return readiness.ended
  memory.shown = readiness.shown
  memory.mayGoOn = true
  session.beginWatch('to-lead-back')
  return undefined
}

/** A run that goes on in another process asks before it does anything, although an earlier process was told to do all of it. */
async function mayGoOn(session: Session, goal: Goal, memory: Memory): Promise<RunResult | undefined> {
  if (memory.mayGoOn) {
    session.beginWatch('to-lead-back')
    return undefined
  }
  const asked = await askToGoOn(session, goal.to)
  if ('ended' in asked) return asked.ended
  memory.approved ??= asked.approved
  memory.mayGoOn = true
  session.beginWatch('to-lead-back')
  return undefined
}

/**
 * Outside a rollback an undo is what a pause left: nobody has told this process to undo anything. What is shown of the way forward then is
 * not yet all that is to be done: it is shown whole, and asked about, once the step is undone.
 */
async function mayFinishUndo(session: Session, goal: Goal, memory: Memory): Promise<RunResult | undefined> {
  const { approved } = memory
  const refused = await mayGoOn(session, goal, memory)
  memory.approved = approved
  return refused
}

/** The person's word ends the process' work; a watch that has tripped is the loop's next thing to do. */
const halted = (session: Session): RunResult | undefined =>
  session.dependencies.interrupt.requested.aborted ? interrupted(session) : undefined

/** A fresh preview, the intent with its undo record on disk, then the effect. */
async function apply(session: Session, goal: Goal, step: PlanStep, memory: Memory): Promise<RunResult | undefined> {
  const unready = await ready(session, goal, memory)
  if (unready) return unready
  if (session.interrupt.requested.aborted) return halted(session)
  announce(session, step, 'apply')
  try {
    const barred = await crossTheBoundary(session, step)
    if (session.interrupt.requested.aborted) return halted(session)
    if (barred) return barred
    // After the question: a person may take an hour to answer it. Both only look, so they do at the same time.
    const looking = lookBeforeAtOnce(session, step)
    looking.catch(() => undefined)
    const preview = await previewForEffect(session, step, memory.shown?.get(step.id))
    const seen = await gateBefore(session, step, looking)
    if (session.interrupt.requested.aborted) return halted(session)
    if (seen === 'failed') return undefined
    const undoRecord = await session.saveUndoRecord(preview.undoRecord)
    const changes = preview.changes.map(({ system, object, action }) => ({ system, object, action }))
    await session.record({ type: 'intent', step: step.id, direction: 'apply', undoRecord, changes, basis: digestBasis(preview.basis) })
  } catch (error) {
    return failed(session, error instanceof ProblemError ? error.problems : [toProblem(error)])
  }
  await applyStep(session, step)
  return undefined
}

/** What is left of a step that was cut short. A confirmation belongs to the process that got it, and a question may have been open for an hour. */
async function reapply(session: Session, goal: Goal, step: PlanStep, memory: Memory): Promise<RunResult | undefined> {
  const refused = await mayGoOn(session, goal, memory)
  if (refused) return refused
  const barred = await confirmed(session, step)
  if (session.interrupt.requested.aborted) return halted(session)
  if (barred) return barred
  const seen = await gateBefore(session, step)
  if (session.interrupt.requested.aborted) return halted(session)
  if (seen === 'passed') await applyStep(session, step)
  return undefined
}

async function confirmed(session: Session, step: PlanStep): Promise<RunResult | undefined> {
  try {
    return await crossTheBoundary(session, step)
  } catch (error) {
    return failed(session, error instanceof ProblemError ? error.problems : [toProblem(error)])
  }
}

async function startWaiting(session: Session, goal: Goal, step: PlanStep, memory: Memory): Promise<RunResult | undefined> {
  const untouched = session.plan.steps.every((each) => progressOf(session.state(), each.id).phase === 'pending')
  const unready = untouched ? await ready(session, goal, memory) : await mayGoOn(session, goal, memory)
  if (unready) return unready
  announce(session, step, 'apply')
  await session.record({ type: 'wait-started', step: step.id })
  return undefined
}

function announce(session: Session, step: PlanStep, direction: 'apply' | 'undo'): void {
  const { steps } = session.plan
  session.dependencies.emit({
    type: 'step-started',
    step: step.id,
    kind: step.kind,
    index: steps.indexOf(step),
    of: steps.length,
    direction,
  })
}
