import type { AnyStepKind } from '../../domain/step-kind.ts'
import { irreversibleBecause } from '../../domain/step-kind.ts'
import { planProblem } from '../plan-problem.ts'
import type { Rule } from './rule.ts'

/** After a step without a way back comes nothing that would need one. */
export const irreversibleLast: Rule = {
  name: 'irreversible-last',
  severity: 'refuse',
  check({ plan, kinds, locate }) {
    const isIrreversible = (kind: AnyStepKind | undefined): boolean => irreversibleBecause(kind) !== undefined
    const first = plan.steps.findIndex((step) => isIrreversible(kinds.get(step.kind)))
    const last = plan.steps.findLastIndex((step) => {
      const kind = kinds.get(step.kind)
      return kind?.nature === 'acts' && !isIrreversible(kind)
    })
    const [irreversible, reversible] = [plan.steps[first], plan.steps[last]]
    if (irreversible === undefined || reversible === undefined || last < first) return []
    const later = plan.steps.slice(first + 1, last + 1).filter((step) => {
      const kind = kinds.get(step.kind)
      return kind?.nature === 'acts' && !isIrreversible(kind)
    })
    const names = later.map((step) => step.id).join(', ')
    const summary = `step ${irreversible.id} (${irreversible.kind}) cannot be undone, so that a failure of ${names} after it could not be rolled back`
    const next = [`move \`${irreversible.id}\` after \`${reversible.id}\``]
    return [planProblem('irreversible-not-last', summary, next, locate(['steps', first, irreversible.kind], 'key'))]
  },
}
