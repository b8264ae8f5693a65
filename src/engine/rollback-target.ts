import type { Side } from '../domain/observation.ts'
import type { Plan, PlanStep } from '../domain/plan.ts'
import { firstUndone, stateBefore } from '../domain/plan.ts'
import type { RunState, StepFailure } from '../domain/run-state.ts'
import { currentState, isUntouched } from '../domain/run-state.ts'
import type { StepKinds } from '../domain/step-kind.ts'
import { irreversibleBecause } from '../domain/step-kind.ts'
import type { Backend } from '../domain/traffic.ts'
import { applyAtom, INITIAL_WORLD } from '../domain/traffic.ts'
import { trafficOf } from '../domain/traffic-of.ts'

export type RollbackTarget = { readonly to: string } | { readonly pause: string }

/**
 * Where a failing step leads: the latest reached state in which visitors are on a side that has not failed. Where there is
 * none, or the place is where we already are, it pauses and moves nothing. `onFailure`: what the plan says of the step, unless it is not asked.
 */
export function rollbackTarget(
  plan: Plan,
  kinds: StepKinds,
  state: RunState,
  step: PlanStep,
  failure: StepFailure,
  onFailure: PlanStep['onFailure'] = step.onFailure,
): RollbackTarget {
  const index = plan.steps.indexOf(step)
  const kind = kinds.get(step.kind)
  // A look right before its effect that failed is no failure of what cannot be undone: nothing of it was tried.
  const tried = !isUntouched(state, step.id) || failure.problem !== undefined
  const irreversible = tried ? irreversibleBecause(kind) : undefined
  if (irreversible !== undefined) return { pause: `it cannot be undone (${irreversible})` }
  if (onFailure === 'pause') return { pause: 'the plan says to pause here' }
  if (failure.inconclusive) return { pause: blind(failure, state, plan) }
  const boundary = plan.steps.findLastIndex((each) => isIrreversible(each, kinds) && !isUntouched(state, each.id))
  const candidates = [plan.states[0], ...state.reached.map((each) => each.state)].filter((each) => firstUndone(plan, each) > boundary)
  if (typeof onFailure === 'object')
    return candidates.includes(onFailure.rollbackTo) ? { to: onFailure.rollbackTo } : { pause: 'the state to roll back to is past' }
  // A wait that fails without saying which side: the side being introduced is the suspect.
  const side = failure.side ?? (kind?.nature === 'waits' ? 'new' : undefined)
  const healthy = candidates.findLast((each) => firstUndone(plan, each) <= index && (!side || !visitorsIn(plan, kinds, each).has(side)))
  const barrier = plan.steps[boundary]
  if (healthy === undefined && barrier !== undefined) return { pause: `there is no way back: step ${barrier.id} cannot be undone` }
  if (healthy === undefined) return { pause: noHealthyState(side) }
  if (side === 'old' && onlyWaitsSince(plan, kinds, healthy, index)) {
    return { pause: `visitors stay in ${healthy}: there is no way back now, because the old side cannot answer` }
  }
  return { to: healthy }
}

/** Forward there may be a way that needs no old side: visitors who share both are on the new one when the old one goes. */
const noHealthyState = (side: Side | undefined): string => (side === 'old' ? NO_HEALTHY_STATE_WITHOUT_OLD : NO_HEALTHY_STATE)

const NO_HEALTHY_STATE = 'no reached state puts visitors on a side that has not failed'
export const NO_HEALTHY_STATE_WITHOUT_OLD = `${NO_HEALTHY_STATE}: bring the old side back and run again, or, if visitors are well and it is gone for good, take what waits for it out of the plan and run with --amend`

/** Nothing was seen to be wrong: that is no reason to move visitors, and none to go on. */
const blind = (failure: StepFailure, state: RunState, plan: Plan): string =>
  failure.side === 'old'
    ? `visitors stay in ${currentState(state, plan.states[0])}: there is no way back now that could be relied on, because the old side cannot be seen`
    : 'what was seen is no reason to take visitors back, and not enough to go on: they stay where they are'

/** The place that a dry run prints for a step, as far as it is known before anything happened: the side is that of the step's own effect. */
export function plannedRollback(plan: Plan, kinds: StepKinds, index: number): RollbackTarget {
  const step = plan.steps[index]
  if (!step) return { pause: 'no such step' }
  const kind = kinds.get(step.kind)
  const irreversible = irreversibleBecause(kind)
  if (irreversible !== undefined) return { pause: `it cannot be undone (${irreversible})` }
  if (step.onFailure === 'pause') return { pause: 'the plan says to pause here' }
  if (typeof step.onFailure === 'object') return { to: step.onFailure.rollbackTo }
  const before = stateBefore(plan, index)
  // A step that only waits, or brings more visitors to the new side, fails by that side as a rule.
  const suspectsNew =
    kind?.nature === 'waits' || trafficOf(plan, kinds, step).forward.some((atom) => atom.do === 'route-add' && atom.to === 'new')
  const onNew = suspectsNew && visitorsIn(plan, kinds, before).has('new')
  if (!onNew) return { to: before }
  const safe = plan.states.slice(0, plan.states.indexOf(before)).findLast((each) => !visitorsIn(plan, kinds, each).has('new'))
  return safe === undefined ? { pause: 'no earlier state' } : { to: safe }
}

export const isIrreversible = (step: PlanStep, kinds: StepKinds): boolean => irreversibleBecause(kinds.get(step.kind)) !== undefined

/** Who answers visitors in a state, by the traffic model. */
export function visitorsIn(plan: Plan, kinds: StepKinds, state: string): ReadonlySet<Backend> {
  const atoms = plan.steps.slice(0, firstUndone(plan, state)).flatMap((step) => trafficOf(plan, kinds, step).forward)
  return atoms.reduce(applyAtom, INITIAL_WORLD).edge
}

const onlyWaitsSince = (plan: Plan, kinds: StepKinds, state: string, index: number): boolean =>
  plan.steps.slice(firstUndone(plan, state), index + 1).every((step) => kinds.get(step.kind)?.nature === 'waits')
