import type { PlanStep } from '../domain/plan.ts'
import { firstStepAfter } from '../domain/plan.ts'
import type { Problem } from '../domain/problem.ts'
import { toProblem } from '../domain/problem.ts'
import { isUntouched } from '../domain/run-state.ts'
import type { Finding } from '../domain/step-kind.ts'
import type { Session } from './session.ts'
import { contextOf } from './step-context.ts'

export interface PreflightResult {
  readonly findings: readonly { readonly target: string; readonly finding: Finding }[]
  readonly problems: readonly Problem[]
  readonly warnings: readonly string[]
  /** Ids of the steps that come later than the goal: what they need was not checked. */
  readonly later: readonly string[]
}

/** Before the first effect, for the steps up to `to`: targets reachable, credentials valid, rights for apply and undo; all problems at once. */
export async function preflight(session: Session, to: string): Promise<PreflightResult> {
  const { emit, checks } = session.dependencies
  emit({ type: 'preflight-started' })
  const findings: { target: string; finding: Finding }[] = []
  const add = (target: string, found: readonly Finding[]): void => {
    for (const finding of found) {
      if (findings.some((each) => each.target === target && each.finding.what === finding.what)) continue
      findings.push({ target, finding })
      emit({ type: 'preflight-finding', target, finding })
    }
  }
  const addAll = async (asked: Asked): Promise<void> => {
    for (const [target, answer] of asked) {
      const known = await answer
      if (known === null) now.throwIfAborted()
      add(target, known ?? [])
    }
  }
  // Only reads: all are asked in one turn, so that what several rest on is read once, and told in the plan's order.
  const { now } = session.interrupt
  const targets = checks.map((each) => [each.target, found(each.target, now, () => each.check(session.ports))] as const)
  const steps = remaining(session, to).map((step) => [step.id, found(step.id, now, () => preflightOf(session, step))] as const)
  await addAll(targets)
  // A target that cannot be reached fails every question about it: the steps' own checks would only repeat it, and are not waited for.
  if (!findings.some((each) => each.finding.verdict === 'fail')) await addAll(steps)
  const failed = findings.filter((each) => each.finding.verdict === 'fail')
  const warned = findings.filter((each) => each.finding.verdict === 'warn')
  const later = laterThan(session, to)
  emit({
    type: 'preflight-finished',
    passed: findings.length - failed.length - warned.length,
    warnings: warned.length,
    failed: failed.length,
    ...(later.length > 0 && { later }),
  })
  return {
    findings,
    problems: failed.map(
      ({ target, finding }) =>
        finding.problem ?? { code: 'preflight-failed', summary: `${target}: ${finding.what}`, next: [], effect: 'no' },
    ),
    warnings: warned.map(({ finding }) => finding.problem?.summary ?? finding.what),
    later,
  }
}

const endOf = ({ plan }: Session, to: string): number => firstStepAfter(plan, to) ?? plan.steps.length

const remaining = (session: Session, to: string): readonly PlanStep[] =>
  session.plan.steps.slice(0, endOf(session, to)).filter((step) => isUntouched(session.state(), step.id))

const laterThan = (session: Session, to: string): readonly string[] =>
  session.plan.steps.slice(endOf(session, to)).flatMap(({ id }) => (isUntouched(session.state(), id) ? [id] : []))

type Asked = readonly (readonly [what: string, found: Promise<readonly Finding[] | null>])[]

const preflightOf = async (session: Session, step: PlanStep): Promise<readonly Finding[]> =>
  session.kind(step).preflight(await contextOf(session, step))

/** A check that throws is a check that failed: no data is never success. One that "now" cut off, `null`, has found nothing. */
async function found(what: string, now: AbortSignal, check: () => Promise<readonly Finding[]>): Promise<readonly Finding[] | null> {
  try {
    return await check()
  } catch (error) {
    if (now.aborted) return null
    const problem = toProblem(error)
    return [{ what: `${what} can be checked`, verdict: 'fail', problem: { ...problem, effect: 'no' } }]
  }
}
