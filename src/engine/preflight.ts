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
}

/** Before the first effect: targets reachable, credentials valid, rights for apply and undo; all problems at once. */
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
  const addAll = async (asked: readonly (readonly [target: string, found: Promise<readonly Finding[]>])[]): Promise<void> => {
    for (const [target, answer] of asked) add(target, await answer)
  }
  // Only reads: all are asked at once, and told in the plan's order.
  await addAll(checks.map((each) => [each.target, found(each.target, () => each.check(session.ports))]))
  // A target that cannot be reached fails every question about it: the steps' own checks would only repeat it.
  if (!findings.some((each) => each.finding.verdict === 'fail')) {
    await addAll(
      remaining(session, to).map((step) => [
        step.id,
        found(step.id, async () => session.kind(step).preflight(await contextOf(session, step))),
      ]),
    )
  }
  const failed = findings.filter((each) => each.finding.verdict === 'fail')
  const warned = findings.filter((each) => each.finding.verdict === 'warn')
  emit({
    type: 'preflight-finished',
    passed: findings.length - failed.length - warned.length,
    warnings: warned.length,
    failed: failed.length,
  })
  return {
    findings,
    problems: failed.map(
      ({ target, finding }) =>
        finding.problem ?? { code: 'preflight-failed', summary: `${target}: ${finding.what}`, next: [], effect: 'no' },
    ),
    warnings: warned.map(({ finding }) => finding.problem?.summary ?? finding.what),
  }
}

const remaining = (session: Session, to: string): readonly PlanStep[] =>
  session.plan.steps
    .slice(0, firstStepAfter(session.plan, to) ?? session.plan.steps.length)
    .filter((step) => isUntouched(session.state(), step.id))

/** A check that throws is a check that failed: no data is never success. */
async function found(what: string, check: () => Promise<readonly Finding[]>): Promise<readonly Finding[]> {
  try {
    return await check()
  } catch (error) {
    const problem = toProblem(error)
    return [{ what: `${what} can be checked`, verdict: 'fail', problem: { ...problem, effect: 'no' } }]
  }
}
