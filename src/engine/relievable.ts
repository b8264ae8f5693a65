import type { Plan, PlanStep } from '../domain/plan.ts'
import { firstStepAfter } from '../domain/plan.ts'
import type { Relief, RunState } from '../domain/run-state.ts'
import { progressOf } from '../domain/run-state.ts'
import type { StepKinds } from '../domain/step-kind.ts'
import { trafficOf } from '../domain/traffic-of.ts'

/** The relief in force: not one whose share is being put back. */
export const reliefInForce = ({ relief }: RunState): Relief | undefined => (relief?.ended ? undefined : relief)

/** Whether this process has seen all visitors on the new side, and well. */
export const isSeen = (relief: Relief): boolean => relief.verified !== undefined && relief.stale === undefined

/** Whether visitors are to be taken off the old side now. */
export function isRelieving(state: RunState): boolean {
  const relief = reliefInForce(state)
  return relief !== undefined && !isSeen(relief)
}

/** The step by which visitors share both sides now, where its kind can take them off the old one, and whom that concerns. */
export function sharedStep(
  plan: Plan,
  kinds: StepKinds,
  state: RunState,
): { readonly step: PlanStep; readonly affected: string } | undefined {
  const step = plan.steps.findLast((each) => movesVisitors(plan, kinds, each) && isInForce(state, each))
  const kind = step && kinds.get(step.kind)
  const affected = kind?.nature === 'acts' ? kind.relief?.affects(step?.spec) : undefined
  return step && affected !== undefined ? { step, affected } : undefined
}

/** Whether the plan waits for nothing any more between the relieved step and the one that leaves the old side (and that lies before `to`). */
export function leavesOldSideNext(plan: Plan, kinds: StepKinds, state: RunState, relieved: PlanStep, to: string): boolean {
  const end = firstStepAfter(plan, to) ?? plan.steps.length
  const left = plan.steps.slice(plan.steps.indexOf(relieved) + 1, end)
  const following = left.find((each) => progressOf(state, each.id).phase !== 'done')
  return following !== undefined && leavesOldSide(plan, kinds, following)
}

/** The first state from the step on that leaves the old side after `relieved`: as far as a run can go that needs nothing of that side. */
export function stateWithoutOldSide(plan: Plan, kinds: StepKinds, relieved: string): string | undefined {
  const after = plan.steps.slice(plan.steps.findIndex(({ id }) => id === relieved) + 1)
  const leaving = after.findIndex((step) => leavesOldSide(plan, kinds, step))
  return leaving === -1 ? undefined : after.slice(leaving).find((step) => step.reaches !== undefined)?.reaches
}

const leavesOldSide = (plan: Plan, kinds: StepKinds, step: PlanStep): boolean =>
  trafficOf(plan, kinds, step).forward.some((atom) => atom.do === 'route-remove' && atom.from === 'old')

const movesVisitors = (plan: Plan, kinds: StepKinds, step: PlanStep): boolean =>
  trafficOf(plan, kinds, step).forward.some((atom) => atom.do === 'route-add' || atom.do === 'route-remove')

const isInForce = (state: RunState, { id }: PlanStep): boolean => ['gating', 'gate-failed', 'done'].includes(progressOf(state, id).phase)
