import { trafficOf } from '../../domain/traffic-of.ts'
import { planProblem } from '../plan-problem.ts'
import type { Rule } from './rule.ts'
import { mends } from './traffic-mend.ts'
import { headline, story } from './traffic-story.ts'
import { findLosses } from './traffic-walk.ts'

/**
 * The proof that no visitor is lost: whatever fails and whenever, forward and back, every side at the edge is proven.
 * A plan for which it fails is refused with the story of how a visitor would be lost, and the mend.
 */
export const trafficSafety: Rule = {
  name: 'traffic-safety',
  severity: 'refuse',
  check({ plan, kinds, locate }) {
    const steps = plan.steps.map((step) => ({
      id: step.id,
      kind: step.kind,
      traffic: trafficOf(plan, kinds, step),
      reachesState: step.reaches !== undefined,
    }))
    return findLosses(steps, plan).map((loss) => {
      const index = loss.moves.at(-1)?.step ?? 0
      const location = locate(['steps', index, steps[index]?.kind ?? ''], 'key')
      return planProblem('unsafe-traffic', headline(loss, steps), mends(loss, steps, kinds), location, story(loss, steps))
    })
  },
}
