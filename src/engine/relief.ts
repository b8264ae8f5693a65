import type { RunResult } from '../domain/event.ts'
import type { GatePolicy } from '../domain/gate-policy.ts'
import type { Observation } from '../domain/observation.ts'
import { combine, inconclusive } from '../domain/observation.ts'
import type { PlanStep } from '../domain/plan.ts'
import type { Problem } from '../domain/problem.ts'
import { toProblem } from '../domain/problem.ts'
import type { Relief as ReliefState } from '../domain/run-state.ts'
import type { Relief } from '../domain/relief.ts'
import type { StepContext } from '../domain/step-kind.ts'
import type { Json } from '../domain/json.ts'
import { runGate } from './gate.ts'
import type { Action } from './next.ts'
import { pause } from './outcome.ts'
import { NO_HEALTHY_STATE_WITHOUT_OLD } from './rollback-target.ts'
import type { Session } from './session.ts'
import { actingKind } from './session.ts'
import { stateWithoutOldSide } from './relievable.ts'
import { contextOf, oldSideChecks } from './step-context.ts'

/** Right answers in a row after which the old side is taken to be back, and how far apart (milliseconds). */
const ANSWERS = 10
const APART_MS = 100

export async function beginRelief(session: Session, action: Extract<Action, { do: 'begin-relief' }>): Promise<void> {
  const { affected, reason, evidence } = action
  const record = { type: 'relief-started', step: action.step.id, affected, reason, evidence } as const
  await session.record(record)
  session.dependencies.emit(record)
}

/**
 * Takes visitors off the old side, and sees them well on the new one. What another process began is looked at first: the old side may be back, and
 * then its share is put back instead.
 */
export async function relieve(session: Session, step: PlanStep): Promise<RunResult | undefined> {
  const began = session.ports.clock.monotonic()
  const before = reliefOf(session)
  const old = before.stale ? await lookForOldSide(session, step) : undefined
  if (session.interrupt.requested.aborted) return undefined
  if (old?.verdict === 'pass') return endRelief(session, step, old.reason)
  const done = await doRelief(session, step)
  // Cut off: done again by the next process, as after a crash.
  if (done === 'interrupted') return undefined
  if ('problem' in done) return pauseUnrelieved(session, step, done.problem)
  const { verified } = done
  await session.record({ type: 'relieved', step: step.id, verified, ...(old && { evidence: [old.reason] }) })
  const ms = Math.round(session.ports.clock.monotonic() - began)
  session.dependencies.emit({ type: 'relieved', step: step.id, affected: before.affected, verified, ms })
  // What visitors got before has been answered; from here on a fresh watch judges.
  await session.endWatch()
  return undefined
}

type Done = { readonly verified: string } | { readonly problem: Problem } | 'interrupted'

async function doRelief(session: Session, step: PlanStep): Promise<Done> {
  const kind = actingKind(session, step)
  if (kind.relief === undefined) throw new Error(`step kind ${kind.kind} has no relief`)
  const context = await contextOf(session, step, true)
  const undoRecord = await session.undoRecord(step.id)
  try {
    await kind.relief.apply(context, undoRecord)
  } catch (error) {
    return session.interrupt.now.aborted ? 'interrupted' : { problem: toProblem(error) }
  }
  return verify(session, session.policy(kind.defaultGate(step.spec)), kind.relief, context, undoRecord)
}

async function verify(
  session: Session,
  policy: GatePolicy,
  relief: Relief<unknown, Json>,
  context: StepContext<unknown>,
  undoRecord: Json,
): Promise<Done> {
  const { interrupt, ports } = session
  const seen = await runGate({
    policy,
    clock: ports.clock,
    effectAgo: 0,
    observe: () => relief.verify(context, undoRecord),
    onObserved: ({ verdict, reason }) => (verdict === 'pass' ? undefined : context.progress(reason)),
    keep: async () => undefined,
    stop: interrupt.requested,
    now: interrupt.now,
  })
  if (seen.result === 'interrupted') return 'interrupted'
  return seen.result === 'passed' ? { verified: seen.reason } : { problem: notSeen(context.step, seen.reason, seen.evidence) }
}

const notSeen = (step: string, reason: string, details: readonly string[]): Problem => ({
  code: 'relief-not-verified',
  summary: `the route of step ${step} was written without the old side, but all visitors were not seen to be well on Kubernetes: ${reason}`,
  details,
  next: [],
  effect: 'unknown',
})

/** Undefined answers of the old side are as bad as wrong ones: nothing is put back on what was not seen. */
async function lookForOldSide(session: Session, step: PlanStep): Promise<Observation> {
  const checks = await oldSideChecks(session, step)
  let seen: Observation = inconclusive('nothing says how the old side is to be asked')
  for (let answer = 1; answer <= ANSWERS && !session.interrupt.requested.aborted; answer++) {
    seen = combine(await Promise.all(checks.map((check) => check.observe())))
    if (seen.verdict !== 'pass') return seen
    if (answer < ANSWERS) await session.ports.clock.sleep(APART_MS, session.interrupt.requested).catch(() => undefined)
  }
  return seen
}

async function endRelief(session: Session, step: PlanStep, seen: string): Promise<undefined> {
  const { affected } = reliefOf(session)
  await session.record({ type: 'relief-ended', step: step.id, seen })
  session.dependencies.emit({ type: 'relief-ended', step: step.id, affected, seen })
}

/** All visitors are on the new side. The run stands still until the old side is back, or a person says that it never will be. */
export function pauseRelieved(session: Session): Promise<RunResult> {
  const { step, affected, reason, verified, evidence } = reliefOf(session)
  const path = session.dependencies.process.arguments
  const state = stateWithoutOldSide(session.plan, session.dependencies.kinds, step)
  return pause(session, {
    do: 'pause',
    step,
    reason: `${reason}; that side had ${affected}: all are on Kubernetes now, which was verified; there is no way back while the old side is away`,
    evidence: [`verified: ${verified}`, ...evidence],
    next: [
      `look: jmc-migrate status ${path}`,
      `once the old side is back: jmc-migrate run ${path}   # gives it its share back, and goes on`,
      `if it is gone for good, take out of the plan what waits for it before Kubernetes alone, then: jmc-migrate run ${path} --amend${state === undefined ? '' : ` --to ${state}`}`,
    ],
  })
}

async function pauseUnrelieved(session: Session, step: PlanStep, problem: Problem): Promise<RunResult> {
  const { affected, reason, evidence } = reliefOf(session)
  await session.record({ type: 'relief-failed', step: step.id, problem })
  session.dependencies.emit({ type: 'relief-failed', step: step.id, problem })
  const path = session.dependencies.process.arguments
  return pause(session, {
    do: 'pause',
    step: step.id,
    reason: `${reason}; ${NO_HEALTHY_STATE_WITHOUT_OLD}; ${affected} could not be taken off the old side: ${problem.summary}`,
    evidence: [...evidence, ...(problem.details ?? [])],
    next: [
      ...problem.next,
      `look: jmc-migrate status ${path}`,
      `look at both sides again: jmc-migrate run ${path}`,
      `go back: jmc-migrate rollback ${path}`,
    ],
  })
}

function reliefOf(session: Session): ReliefState {
  const { relief } = session.state()
  if (relief === undefined) throw new Error('no visitors are being taken off the old side')
  return relief
}
