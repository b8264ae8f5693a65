import type { RollbackReport, RunResult } from '../domain/event.ts'
import type { RecordOf } from '../domain/fold-step.ts'
import type { PlanStep } from '../domain/plan.ts'
import type { Problem } from '../domain/problem.ts'
import { toProblem } from '../domain/problem.ts'
import type { Rollback, RunState } from '../domain/run-state.ts'
import { currentState } from '../domain/run-state.ts'
import type { Action } from './next.ts'
import { stepsToUndo } from './next.ts'
import { rollbackCommand } from './rollback-command.ts'
import type { Session } from './session.ts'
import { gateOfUndo } from './step-gate.ts'
import { undoOf } from './effect.ts'
import { contextOf } from './step-context.ts'
import { progressOf } from '../domain/run-state.ts'

/** How long the site may take to answer as it should after a rollback, and how often it is asked (milliseconds). */
const SITE_TIMEOUT_MS = 60_000
const SITE_INTERVAL_MS = 500

export async function beginRollback(session: Session, action: Extract<Action, { do: 'begin-rollback' }>): Promise<void> {
  const { to, cause, reason, failedStep, failedSide, evidence } = action
  const from = currentState(session.state(), session.plan.states[0])
  const steps = stepsToUndo(session.plan, session.state(), to)
  await session.record({
    type: 'rollback-started',
    to,
    cause,
    reason,
    evidence,
    ...(failedStep !== undefined && { failedStep }),
    ...(failedSide && { failedSide }),
  })
  session.dependencies.emit({
    type: 'rollback-started',
    from,
    to,
    cause,
    reason,
    evidence,
    steps,
    ...(failedStep !== undefined && { failedStep }),
  })
}

/** "Undone" is recorded only after it was seen. */
export async function verifyUndo(session: Session, step: PlanStep): Promise<void> {
  const { result, seen } = await gateOfUndo(session, step)
  if (result !== 'passed') return
  const verified = seen?.reason ?? ''
  const left = seen?.verdict === 'pass' && seen.left
  await session.record({ type: 'step-undone', step: step.id, verified, ...(left && { left }) })
  const ms = Math.max(0, session.ports.clock.now() - undoBegan(session, step))
  session.dependencies.emit({ type: 'step-undone', step: step.id, verified, ms })
}

/** When the undo of the step began, its effect included, whichever process it was. */
function undoBegan({ journal, ports }: Session, step: PlanStep): number {
  const intent = journal.entries.findLast(
    ({ record }) => record.type === 'intent' && record.direction === 'undo' && record.step === step.id,
  )
  return intent?.at ?? ports.clock.now()
}

/** A step that only waited, or whose failed effect left nothing. */
export async function forgetStep(session: Session, step: PlanStep): Promise<void> {
  const verified = session.kind(step).nature === 'waits' ? 'it only looked: nothing to undo' : 'nothing of it was there'
  await session.record({ type: 'step-undone', step: step.id, verified })
  session.dependencies.emit({ type: 'step-undone', step: step.id, verified, ms: 0 })
}

/** The last look: the site answers as it should. Only then is it "rolled back". */
export async function finishRollback(session: Session): Promise<RunResult | undefined> {
  const { rollback } = session.state()
  if (!rollback) throw new Error('no rollback is under way')
  const site = await siteAnswers(session)
  if ('interrupted' in site) return undefined
  if ('problem' in site) return siteSilent(session, rollback, site.problem)
  const undone = undoneInThisRollback(session)
  const verified = [...undone.map((record) => `${record.step}: ${record.verified}`), ...site.verified]
  const left = undone.flatMap((record) => record.left ?? [])
  await session.record({ type: 'rollback-finished', state: rollback.to, verified, left, visitors: session.tally() })
  const report = reportOf(session, rollback, verified, left)
  session.dependencies.emit({ type: 'rollback-finished', report })
  return { outcome: 'rolled-back', state: rollback.to, cause: rollback.cause, report }
}

/** What was verified for each step, and what stays, as the journal has it: a resumed rollback reports the whole. */
function undoneInThisRollback({ journal: { entries } }: Session): readonly RecordOf<'step-undone'>[] {
  const start = entries.findLastIndex((entry) => entry.record.type === 'rollback-started')
  return entries.slice(start).flatMap(({ record }) => (record.type === 'step-undone' ? [record] : []))
}

type SiteLook = { readonly verified: readonly string[] } | { readonly problem: Problem } | { readonly interrupted: true }

async function siteAnswers(session: Session): Promise<SiteLook> {
  const { checks, interrupt } = session.dependencies
  const { ports } = session
  const site = checks.filter((check) => check.target === 'site')
  const until = ports.clock.monotonic() + SITE_TIMEOUT_MS
  for (;;) {
    const findings = (
      await Promise.all(
        site.map((check) =>
          check.check(session.ports).catch((error: unknown) => [{ what: 'the site', verdict: 'fail' as const, problem: toProblem(error) }]),
        ),
      )
    ).flat()
    const failed = findings.find((finding) => finding.verdict === 'fail')
    if (!failed) return { verified: findings.map((finding) => finding.what) }
    if (interrupt.now.aborted) return { interrupted: true }
    if (ports.clock.monotonic() >= until) return { problem: failed.problem ?? { code: 'site-silent', summary: failed.what, next: [] } }
    await ports.clock.sleep(SITE_INTERVAL_MS, interrupt.now).catch(() => undefined)
  }
}

async function siteSilent(session: Session, rollback: Rollback, problem: Problem): Promise<RunResult> {
  const step = rollback.undone.at(-1) ?? rollback.failedStep ?? ''
  const manual = ['every step was undone and seen to be undone; look at the old side and the edge by hand', `then: ${again(session)}`]
  await session.record({ type: 'stuck', step, problem, manual })
  return { outcome: 'stuck', state: rollback.to, step, problem, manual }
}

const reportOf = (session: Session, rollback: Rollback, verified: readonly string[], left: readonly string[]): RollbackReport => ({
  cause: rollback.cause,
  reason: rollback.reason,
  evidence: rollback.evidence,
  from: rollback.from || session.plan.states[0],
  to: rollback.to,
  verified,
  undone: rollback.undone,
  left,
  visitors: session.tally(),
  ms: Math.max(0, session.ports.clock.now() - rollback.startedAt),
  ...(rollback.failedStep !== undefined && { failedStep: rollback.failedStep }),
})

/** The undo did not come right: everything stays as it is, and a person gets the exact commands. */
export async function getStuck(session: Session, { step, failure }: Extract<Action, { do: 'get-stuck' }>): Promise<RunResult> {
  const manual = [...(await manualOf(session, step)), ...(await manualOfMovingBack(session, step))]
  const problem: Problem = failure.problem ?? {
    code: 'undo-not-verified',
    summary: `the undo of ${step.id} was done but could not be seen to be right: ${failure.reason}`,
    details: failure.evidence,
    next: [`mend it by hand, then: ${again(session)}`],
    effect: 'unknown',
  }
  await session.record({ type: 'stuck', step: step.id, problem, manual })
  return { outcome: 'stuck', state: stateOf(session.state(), session), step: step.id, problem, manual }
}

async function manualOf(session: Session, step: PlanStep): Promise<readonly string[]> {
  const context = await contextOf(session, step)
  return undoOf(session, step).manual(context, await session.undoRecord(step.id), progressOf(session.state(), step.id).notes)
}

/** Visitors may be on a side that fails: what would move them back is said too, although the rollback has not come to it. */
async function manualOfMovingBack(session: Session, stuck: PlanStep): Promise<readonly string[]> {
  const { rollback } = session.state()
  const waiting = rollback === undefined ? [] : stepsToUndo(session.plan, session.state(), rollback.to).filter((id) => id !== stuck.id)
  const commands: string[] = []
  for (const step of session.plan.steps.filter((each) => waiting.includes(each.id)).reverse()) {
    const { back } = session.traffic(step)
    if (back === 'irreversible' || !back.some((atom) => atom.do === 'route-remove')) continue
    const how = await manualOf(session, step).catch((error: unknown) => [`    what it takes cannot be told: ${toProblem(error).summary}`])
    commands.push(`by the journal, visitors are still where step ${step.id} led them; to move them back:`, ...how)
  }
  return commands
}

const again = (session: Session): string => rollbackCommand(session.plan, session.state(), session.dependencies.process.arguments)

const stateOf = (state: RunState, session: Session): string => currentState(state, session.plan.states[0])
