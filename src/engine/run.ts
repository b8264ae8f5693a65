import type { RunResult, StepPreview } from '../domain/event.ts'
import type { Plan, PlanStep } from '../domain/plan.ts'
import { firstStepAfter } from '../domain/plan.ts'
import type { JournalPort } from '../domain/ports/journal.ts'
import type { PlanFiles } from '../domain/ports/files.ts'
import type { Problem } from '../domain/problem.ts'
import { foldEntry } from '../domain/fold.ts'
import type { JournalRecord } from '../domain/records.ts'
import { JOURNAL_SCHEMA } from '../domain/records.ts'
import type { RunState, StepProgress } from '../domain/run-state.ts'
import { currentState, isInItsUndo, progressOf } from '../domain/run-state.ts'
import { failingSide } from './ask-doors.ts'
import type { EngineDependencies } from './contract.ts'
import { boundaryPassed } from './irreversible.ts'
import type { Goal } from './next.ts'
import { next } from './next.ts'
import { failed, interrupted } from './outcome.ts'
import type { Memory } from './perform.ts'
import { perform } from './perform.ts'
import { isRelieving } from './relievable.ts'
import type { Session } from './session.ts'
import { openSession } from './session.ts'
import type { PlanSnapshot } from './snapshot.ts'
import { encodeSnapshot } from './snapshot.ts'
import type { Trip } from './watch.ts'
import { whereabouts } from './whereabouts.ts'

export interface ExecuteOptions {
  readonly plan: Plan
  /** The files of `snapshot`. */
  readonly files: PlanFiles
  /** Kept in the journal when the run begins. */
  readonly snapshot: PlanSnapshot
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
  if (!resumed) await startRun(session, options.snapshot)
  const { pid, host, user, lab } = dependencies.process
  const attaching = { type: 'process-attached', pid, host, user, command: goal.do, goal: goal.to } as const
  // Refused before anything is recorded: why the run stands still, or is stuck, stays what `status` says.
  const past = alreadyPast(session, goal, attaching)
  if (past) return refused(session, past)
  await session.record(attaching)
  const state = currentState(session.state(), plan.states[0])
  dependencies.emit({
    type: 'run-started',
    runId: session.state().runId,
    plan: plan.name,
    resumed,
    state,
    goal: goal.to,
    lab,
    journal: options.journalPath,
  })
  const { rollback } = session.state()
  if (rollback && goal.do === 'run') dependencies.emit({ type: 'warning', problem: rollbackFirst(rollback.to) })
  const ended = await untilEnd(session, goal, options.approved).catch(async (error: unknown) => {
    await session.endWatch()
    throw error
  })
  // Once the watch has no say any more, what is recorded of the end and where visitors are wait for nothing of each other.
  const [, found] = await Promise.all([detach(session, ended), whereabouts(session)])
  const result = { ...ended, ...found }
  dependencies.emit({ type: 'finished', result })
  return result
}

async function refused(session: Session, problem: Problem): Promise<RunResult> {
  const result = { ...failed(session, [problem]), ...(await whereabouts(session)) }
  session.dependencies.emit({ type: 'finished', result })
  return result
}

async function detach(session: Session, { outcome }: RunResult): Promise<void> {
  await session.endWatch()
  await session.record({ type: 'process-detached', how: outcome === 'interrupted' ? 'interrupted' : 'ended' })
}

const rollbackFirst = (to: string): Problem => ({
  code: 'rollback-under-way',
  summary: `a rollback to ${to} is under way: it is finished first, and this run ends there`,
  next: [],
})

/** A rollback was paused in the middle of a step: going forward begins with the rest of its undo. */
function undoUnfinished(session: Session): Problem | undefined {
  const half = session.plan.steps.find(({ id }) => isInItsUndo(progressOf(session.state(), id)))
  return (
    half && {
      code: 'undo-unfinished',
      summary: `the undo of step ${half.id} was begun and not finished: it is finished first, then the run goes forward again`,
      next: [],
    }
  )
}

async function startRun(session: Session, taken: PlanSnapshot): Promise<void> {
  const { plan, dependencies } = session
  const snapshot = await session.journal.putBlob(encodeSnapshot(taken))
  const { toolVersion, lab } = dependencies.process
  const runId = `${new Date(session.ports.clock.now()).toISOString().slice(0, 10)}-${session.ports.randomHex(4)}`
  await session.record({
    type: 'run-started',
    schema: JOURNAL_SCHEMA,
    runId,
    planName: plan.name,
    planPath: plan.path,
    snapshot,
    toolVersion,
    lab,
  })
}

async function untilEnd(session: Session, goal: Goal, approved: readonly StepPreview[] | undefined): Promise<RunResult> {
  const memory: Memory = { shown: undefined, approved, mayGoOn: approved !== undefined, looked: false }
  const { plan, dependencies } = session
  const undoing = goal.do === 'run' && !session.state().rollback ? undoUnfinished(session) : undefined
  if (undoing) dependencies.emit({ type: 'warning', problem: undoing })
  for (;;) {
    if (dependencies.interrupt.requested.aborted) return interrupted(session)
    // Asked each time: what a process died in the middle of is looked at before it bars the way.
    const barrier =
      goal.do === 'rollback' && !session.state().rollback ? boundaryPassed(plan, dependencies.kinds, session.state(), goal.to) : undefined
    if (barrier) return failed(session, [barrier])
    if (goal.do === 'rollback' || session.state().rollback) session.beginWatch('to-count')
    await recordTrip(session, goal)
    const action = next(plan, dependencies.kinds, session.state(), goal)
    const ended = await perform(session, goal, action, memory)
    // What failed, failed for visitors too: the budget was crossed meanwhile, and leads back.
    if (ended && !(ended.outcome === 'failed' && unrecordedTrip(session, goal))) return ended
  }
}

function unrecordedTrip(session: Session, goal: Goal): Trip | undefined {
  const { rollback, tripped } = session.state()
  // A relief under way answers what visitors get, and must not wait; the watch ends with it.
  return goal.do !== 'run' || rollback || tripped || isRelieving(session.state()) ? undefined : session.watch?.trip()
}

/** Once, while going forward: what is decided next is decided from the journal. */
async function recordTrip(session: Session, goal: Goal): Promise<void> {
  const trip = unrecordedTrip(session, goal)
  if (trip === undefined) return
  const side = await failingSide(session)
  const said = { ...trip, ...(side && { side }) }
  await session.record({ type: 'watch-tripped', ...said })
  session.dependencies.emit({ type: 'watch-tripped', ...said })
}

const isBehind = ({ states }: Plan, to: string, state: string): boolean => states.includes(to) && states.indexOf(to) < states.indexOf(state)

/** `run --to` a state that lies behind, as this process would find it: going back is another command. */
function alreadyPast(session: Session, goal: Goal, attaching: JournalRecord): Problem | undefined {
  const { plan, ports } = session
  const found = foldEntry(session.state(), { at: ports.clock.now(), record: attaching })
  const state = currentState(found, plan.states[0])
  if (goal.do !== 'run' || found.rollback) return undefined
  const begun = isBehind(plan, goal.to, state) ? undefined : begunAfter(session, found, goal.to)
  if (begun === undefined && !isBehind(plan, goal.to, state)) return undefined
  const { arguments: path } = session.dependencies.process
  return {
    code: 'state-already-past',
    summary: `--to ${goal.to}: ${begun ? `step ${begun.id}, which comes after it, is under way` : `the run already stands at ${state}`}`,
    next: [...(begun ? [`to go on: jmc-migrate run ${path}`] : []), `to go back: jmc-migrate rollback ${path} --to ${goal.to}`],
    effect: 'no',
    exitCode: 64,
  }
}

/** A step with an effect after `to` that is under way, there or back. One that failed, or visitors who get wrong answers, lead back (or stand still) before anything else. */
function begunAfter(session: Session, found: RunState, to: string): PlanStep | undefined {
  const { tripped, relief } = found
  const end = firstStepAfter(session.plan, to)
  if (end === undefined || tripped || relief) return undefined
  const isUnderWay = (step: StepProgress): boolean => step.phase === 'applying' || step.phase === 'gating' || isInItsUndo(step)
  return session.plan.steps.slice(end).find((step) => session.kind(step).nature === 'acts' && isUnderWay(progressOf(found, step.id)))
}
