import type { Problem, SourceLocation } from '../../domain/problem.ts'
import type { Rule } from './rule.ts'

/** What each step's and gate's kind takes for hardly meant, although it is allowed. */
export const kindWarnings: Rule = {
  name: 'kind-warnings',
  severity: 'warn',
  check: ({ plan, kinds, gates, locate }) =>
    plan.steps.flatMap((step, index) => [
      ...told(step.id, step.kind, kinds.get(step.kind)?.warnings?.(step.spec, plan), () => locate(['steps', index, step.kind], 'key')),
      // A place is looked up when it is asked for: naming it here would ask for it.
      ...step.gates.flatMap((gate) =>
        told(step.id, `gate ${gate.kind}`, gates.get(gate.kind)?.warnings?.(gate.spec, gate.policy), () => gate.location),
      ),
    ]),
}

/** A kind knows neither the step nor where it stands in the file; the rules do. */
const told = (step: string, what: string, warnings: readonly Problem[] | undefined, location: () => SourceLocation): readonly Problem[] =>
  (warnings ?? []).map((each) => ({ ...each, summary: `step ${step}, ${what}: ${each.summary}`, location: location(), effect: 'no' }))
