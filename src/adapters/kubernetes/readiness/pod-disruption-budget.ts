import type { ReadinessRule } from './rule.ts'
import { count, current, inProgress, isUnobserved } from './rule.ts'

export const podDisruptionBudgetReadiness: ReadinessRule = (object) => {
  if (isUnobserved(object)) return inProgress('the controller has not seen the newest generation yet')
  const [healthy, wanted] = [count(object, 'currentHealthy'), count(object, 'desiredHealthy')]
  return healthy < wanted ? inProgress(`${healthy} of ${wanted} pods healthy`) : current(`${healthy} pods healthy, ${wanted} needed`)
}
