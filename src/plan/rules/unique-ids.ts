import { planProblem } from '../plan-problem.ts'
import type { Rule } from './rule.ts'

/** The journal, the output and `rollback` name a step by its id. */
export const uniqueIds: Rule = {
  name: 'unique-ids',
  severity: 'refuse',
  check({ plan, locate }) {
    const first = new Map<string, number>()
    return plan.steps.flatMap(({ id }, index) => {
      const earlier = first.get(id)
      if (earlier === undefined) first.set(id, index)
      if (earlier === undefined) return []
      const location = locate(['steps', index, 'id'])
      const summary = `two steps have the id \`${id}\`: the other is on line ${locate(['steps', earlier, 'id']).line}`
      return [planProblem('duplicate-step-id', summary, ['give one of them another id'], location)]
    })
  },
}
