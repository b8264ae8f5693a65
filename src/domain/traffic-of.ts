import type { Plan, PlanStep } from './plan.ts'
import type { StepKinds } from './step-kind.ts'
import type { StepTraffic } from './traffic.ts'
import { NO_TRAFFIC } from './traffic.ts'

/** Pure. What a step of the plan does to visitors; nothing where its kind is not registered. */
export function trafficOf(plan: Pick<Plan, 'steps'>, kinds: StepKinds, step: PlanStep): StepTraffic {
  return kinds.get(step.kind)?.traffic(step.spec, plan.steps.slice(0, plan.steps.indexOf(step))) ?? NO_TRAFFIC
}
