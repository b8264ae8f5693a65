import type { Problem, SourceLocation } from '../../domain/problem.ts'
import type { Rule } from './rule.ts'

/** What each step's and gate's kind takes for hardly meant, although it is allowed. */
export const kindWarnings: Rule = {
  name: 'kind-warnings',
  severity: 'warn',
  check: ({ plan, kinds, gates, locate }) =>
    plan.steps.flatMap((step, index) => [
      ...told(step.id, step.kind, kinds.get(step.kind)?.warnings?.(step.spec, plan), () => locate(['steps', index, step.kind], 'key')),
      ...step.gates.flatMap(({ kind, spec, policy, location }) =>
        told(step.id, `gate ${kind}`, gates.get(kind)?.warnings?.(spec, policy), () => location),
      ),
    ]),
}

/** A kind knows neither the step nor where it stands in the file; the rules do. */
const told = (step: string, what: string, warnings: readonly Problem[] | undefined, location: () => SourceLocation): readonly Problem[] =>
  (warnings ?? []).map((each) => ({ ...each, summary: `step ${step}, ${what}: ${each.summary}`, location: location(), effect: 'no' }))
