import type { ValidatedPlan } from '../contract.ts'
import { count } from './gate.ts'
import type { Page } from './page.ts'
import { paragraph } from './paragraph.ts'
import { problemLines } from './problem.ts'

/** Each plan with all that is wrong with it, and a sum where there are several. */
export function validationLines(page: Page, plans: readonly ValidatedPlan[]): readonly string[] {
  const invalid = plans.filter((plan) => plan.problems.length > 0)
  return [
    ...plans.flatMap((plan, index) => [...(index > 0 ? [''] : []), ...planLines(page, plan)]),
    ...(plans.length > 1 ? ['', `${count(plans.length, 'plan')}, ${plans.length - invalid.length} valid, ${invalid.length} invalid.`] : []),
  ]
}

function planLines(page: Page, plan: ValidatedPlan): readonly string[] {
  const valid = plan.problems.length === 0
  const what = valid
    ? `${plan.path}: valid${plan.name === undefined ? '' : ` (${plan.name}${plan.steps === undefined ? '' : `, ${count(plan.steps, 'step')}`})`}`
    : `${plan.path}: ${count(plan.problems.length, 'problem')}`
  return [
    ...paragraph(page, what, { first: `${valid ? page.paint.good('✓') : page.paint.bad('✗')} `, paint: page.paint.strong }),
    ...plan.problems.flatMap((problem) => ['', ...problemLines(page, problem)]),
    ...plan.warnings.flatMap((problem) => ['', ...problemLines(page, problem, 'warning')]),
  ]
}
