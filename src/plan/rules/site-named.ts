import type { Problem } from '../../domain/problem.ts'
import { planProblem } from '../plan-problem.ts'
import type { PlanPath } from '../source.ts'
import type { Rule, RuleInput } from './rule.ts'

/** A plan may be without visitors; then no step or gate may be about them. */
export const siteNamed: Rule = {
  name: 'site-named',
  severity: 'refuse',
  check: (input) => (input.plan.site === undefined ? [...stepsAboutVisitors(input), ...watching(input)] : []),
}

const NEXT = ['name the site: `site: { url: https://…, expect: { status: 200, body: … } }`']

function stepsAboutVisitors({ plan, kinds, gates, locate }: RuleInput): readonly Problem[] {
  const missing = (who: string, path: PlanPath): Problem =>
    planProblem('site-missing', `${who} is about visitors, and the plan names no \`site\``, NEXT, locate(path, 'key'))
  return plan.steps.flatMap((step, index) => {
    const own = kinds.get(step.kind)
    const ofGates = step.gates.flatMap((gate, position) => {
      const kind = gates.get(gate.kind)
      const needs = kind?.targets.includes('edge') === true || kind?.needsSite?.(gate.spec) === true
      return needs ? [missing(`gate ${gate.kind} of step ${step.id}`, ['steps', index, 'gates', position, gate.kind])] : []
    })
    return [...(own?.targets.includes('edge') ? [missing(`step ${step.id} (${step.kind})`, ['steps', index, step.kind])] : []), ...ofGates]
  })
}

function watching({ plan, locate }: RuleInput): readonly Problem[] {
  if (plan.watch === undefined) return []
  return [planProblem('site-missing', '`watch` asks the site as a visitor, and the plan names no `site`', NEXT, locate(['watch'], 'key'))]
}
