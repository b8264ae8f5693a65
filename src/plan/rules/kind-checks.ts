import type { Problem, SourceLocation } from '../../domain/problem.ts'
import { PLAN_INVALID } from '../plan-problem.ts'
import type { Rule } from './rule.ts'

/** What each step's kind has to say about its spec in this plan. */
export const kindChecks: Rule = {
  name: 'kind-checks',
  severity: 'refuse',
  check: ({ plan, kinds, locate }) =>
    plan.steps.flatMap((step, index) =>
      (kinds.get(step.kind)?.check?.(step.spec, plan) ?? []).map((problem) =>
        withPlace(problem, locate(['steps', index, step.kind], 'key')),
      ),
    ),
}

/** A kind does not know where in the file it stands; the rules do. */
export const withPlace = (problem: Problem, location: SourceLocation): Problem => ({
  ...problem,
  location: problem.location ?? location,
  exitCode: PLAN_INVALID,
  effect: 'no',
})
