import type { ValidatedPlan } from '../contract.ts'
import { count } from './gate.ts'
import type { Page } from './page.ts'
import { paragraph } from './paragraph.ts'
import { isOpen } from './policies/plan-policies.ts'
import { policyLines } from './policies/text.ts'
import { problemLines } from './problem.ts'

/** A plan that may be run: nothing is wrong with it, and no rule refuses what it deploys. */
export const isValid = (plan: ValidatedPlan): boolean => plan.problems.length === 0 && refusals(plan) === 0

function refusals({ policies }: ValidatedPlan): number {
  if (policies === undefined) return 0
  const { findings, problems } = policies.report
  return problems.length + findings.filter((finding) => isOpen(finding) && finding.severity === 'error').length
}

/** Each plan with all that is wrong with it, and a sum where there are several. */
export function validationLines(page: Page, plans: readonly ValidatedPlan[]): readonly string[] {
  const invalid = plans.filter((plan) => !isValid(plan))
  return [
    ...plans.flatMap((plan, index) => [...(index > 0 ? [''] : []), ...planLines(page, plan)]),
    ...(plans.length > 1 ? ['', `${count(plans.length, 'plan')}, ${plans.length - invalid.length} valid, ${invalid.length} invalid.`] : []),
  ]
}

function planLines(page: Page, plan: ValidatedPlan): readonly string[] {
  const valid = isValid(plan)
  const what = valid
    ? `${plan.path}: valid${plan.name === undefined ? '' : ` (${plan.name}${plan.steps === undefined ? '' : `, ${count(plan.steps, 'step')}`})`}`
    : `${plan.path}: ${count(plan.problems.length + refusals(plan), 'problem')}`
  return [
    ...paragraph(page, what, { first: `${valid ? page.paint.good('✓') : page.paint.bad('✗')} `, paint: page.paint.strong }),
    ...plan.problems.flatMap((problem) => ['', ...problemLines(page, problem)]),
    ...plan.warnings.flatMap((problem) => ['', ...problemLines(page, problem, 'warning')]),
    ...(plan.policies ? ['', ...policyLines(page, { plan: plan.path, ...plan.policies })] : []),
  ]
}
