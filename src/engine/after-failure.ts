import type { Side } from '../domain/observation.ts'
import type { Plan, PlanStep } from '../domain/plan.ts'
import { firstUndone } from '../domain/plan.ts'
import type { RunState, StepFailure } from '../domain/run-state.ts'
import { isUntouched, progressOf } from '../domain/run-state.ts'
import type { StepKinds } from '../domain/step-kind.ts'
import { applyAtom, INITIAL_WORLD } from '../domain/traffic.ts'
import { trafficOf } from '../domain/traffic-of.ts'
import { isUnsettled } from './irreversible.ts'
import type { Action, Goal } from './next.ts'
import { reliefInForce, sharedStep } from './relievable.ts'
import { isIrreversible, rollbackTarget } from './rollback-target.ts'

/** A step failed: back to where visitors are on a side that has not, or stand still. */
export function afterFailure(plan: Plan, kinds: StepKinds, state: RunState, step: PlanStep, goal: Goal): Action {
  const progress = progressOf(state, step.id)
  const failure: StepFailure = progress.failure ?? { reason: `step ${step.id} failed`, evidence: [], inconclusive: false }
  if (progress.phase === 'apply-failed') {
    if (progress.settlement?.status !== 'unknown') return { do: 'settle', step, direction: 'apply' }
    return {
      do: 'pause',
      step: step.id,
      reason: `${failure.reason}; what happened cannot be seen: ${progress.settlement.reason}`,
      evidence: failure.evidence,
      next: [],
    }
  }
  if (goal.do === 'rollback') return { do: 'begin-rollback', to: goal.to, cause: 'commanded', reason: 'asked for', evidence: [] }
  const target = rollbackTarget(plan, kinds, state, step, failure)
  if ('pause' in target) return standStill(plan, kinds, state, step, failure, target.pause)
  const index = firstUndone(plan, target.to)
  const something = plan.steps.slice(index).some((each) => !isUntouched(state, each.id))
  if (!something) return { do: 'give-up', step, failure }
  const side = failure.side && { failedSide: failure.side }
  return {
    do: 'begin-rollback',
    to: target.to,
    cause: 'automatic',
    reason: failure.reason,
    failedStep: step.id,
    evidence: failure.evidence,
    ...side,
  }
}

/** The watch's budget was crossed: back to where visitors are on another side than now, or stand still. */
export function afterTrip(plan: Plan, kinds: StepKinds, state: RunState, trip: NonNullable<RunState['tripped']>): Action {
  const { reason, evidence } = trip
  const unsettled = plan.steps.find((step) => isIrreversible(step, kinds) && isUnsettled(state, step.id))
  if (unsettled) return { do: 'settle', step: unsettled, direction: 'apply' }
  const step = plan.steps.findLast((each) => !isUntouched(state, each.id))
  if (step === undefined) return { do: 'pause', reason: `${reason}; nothing was done yet`, evidence, next: [] }
  const half = trip.side === 'old' ? plan.steps.find((each) => isUnsettled(state, each.id)) : undefined
  if (half) return { do: 'settle', step: half, direction: 'apply' }
  const failedSide = trip.side ?? visitorsSide(plan, kinds, state)
  const failure: StepFailure = { reason, evidence, inconclusive: false, side: failedSide }
  // `onFailure` speaks of a step's own gates: what visitors get outweighs it, whichever step was the last.
  const target = rollbackTarget(plan, kinds, state, step, failure, 'rollback')
  return 'pause' in target
    ? standStill(plan, kinds, state, step, failure, target.pause)
    : { do: 'begin-rollback', to: target.to, cause: 'automatic', reason, evidence, failedSide }
}

/** There is nothing to go back to: a person decides, once visitors who share a failing old side are off it. */
function standStill(plan: Plan, kinds: StepKinds, state: RunState, step: PlanStep, failure: StepFailure, why: string): Action {
  const { reason, evidence } = failure
  if (failure.side === 'old' && !failure.inconclusive) {
    if (reliefInForce(state)) return { do: 'pause-relieved' }
    const relievable = sharedStep(plan, kinds, state)
    if (relievable) return { do: 'begin-relief', ...relievable, reason, evidence }
  }
  return { do: 'pause', step: step.id, reason: `${reason}; ${why}`, evidence, next: [] }
}

/** The side that is to blame for what visitors see: the new one once one of them may be there. */
function visitorsSide(plan: Plan, kinds: StepKinds, state: RunState): Side {
  const atoms = plan.steps.filter((step) => !isUntouched(state, step.id)).flatMap((step) => trafficOf(plan, kinds, step).forward)
  return atoms.reduce(applyAtom, INITIAL_WORLD).edge.has('new') ? 'new' : 'old'
}
