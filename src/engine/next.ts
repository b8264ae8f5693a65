import type { Plan, PlanStep } from '../domain/plan.ts'
import { firstStepAfter, firstUndone } from '../domain/plan.ts'
import type { Side } from '../domain/observation.ts'
import type { Direction, GateAfterEffect } from '../domain/records.ts'
import type { Pause, RunState, StepFailure, StepProgress } from '../domain/run-state.ts'
import { progressOf } from '../domain/run-state.ts'
import type { StepKinds } from '../domain/step-kind.ts'
import { irreversibleBecause } from '../domain/step-kind.ts'
import { afterFailure, afterTrip } from './after-failure.ts'
import { isUnsettled } from './irreversible.ts'
import { isSeen, leavesOldSideNext, reliefInForce } from './relievable.ts'
import { isIrreversible } from './rollback-target.ts'

/** What a command wants. */
export type Goal = { readonly do: 'run'; readonly to: string } | { readonly do: 'rollback'; readonly to: string }

/** The one thing to do now. */
export type Action =
  | { readonly do: 'apply'; readonly step: PlanStep }
  /** Once more with the same undo record: `settle` found a part of it. */
  | { readonly do: 'reapply'; readonly step: PlanStep }
  | { readonly do: 'settle'; readonly step: PlanStep; readonly direction: Direction }
  | { readonly do: 'wait'; readonly step: PlanStep }
  | { readonly do: 'gate'; readonly step: PlanStep; readonly gate: GateAfterEffect }
  | { readonly do: 'complete'; readonly step: PlanStep }
  | { readonly do: 'reach'; readonly step: PlanStep; readonly state: string }
  | {
      readonly do: 'begin-rollback'
      readonly to: string
      readonly cause: 'commanded' | 'automatic'
      readonly reason: string
      readonly failedStep?: string
      readonly failedSide?: Side
      readonly evidence: readonly string[]
    }
  | { readonly do: 'undo'; readonly step: PlanStep }
  | { readonly do: 'verify-undo'; readonly step: PlanStep }
  /** A step that only waited, or of which nothing is there: nothing to undo. */
  | { readonly do: 'forget'; readonly step: PlanStep }
  | { readonly do: 'finish-rollback' }
  /** Visitors share a side that fails with one that does not, and there is no way back: they are taken off it. */
  | {
      readonly do: 'begin-relief'
      readonly step: PlanStep
      readonly affected: string
      readonly reason: string
      readonly evidence: readonly string[]
    }
  | { readonly do: 'relieve'; readonly step: PlanStep }
  /** All visitors are off the old side, which fails still: nothing more can be done without a person. */
  | { readonly do: 'pause-relieved' }
  | ({ readonly do: 'pause' } & Pause)
  | { readonly do: 'get-stuck'; readonly step: PlanStep; readonly failure: StepFailure }
  /** A failed effect of which nothing is left, and nothing to roll back. */
  | { readonly do: 'give-up'; readonly step: PlanStep; readonly failure: StepFailure }
  | { readonly do: 'finish' }

/** How often an undo is tried before a person is called. */
export const UNDO_ATTEMPTS = 3

/** Decides from the folded state alone; the loop does what it says, records it, and asks again. */
export function next(plan: Plan, kinds: StepKinds, state: RunState, goal: Goal): Action {
  if (state.rollback) return nextOfRollback(plan, kinds, state, state.rollback.to)
  const relief = goal.do === 'run' ? reliefInForce(state) : undefined
  const relieved = relief && plan.steps.find((step) => step.id === relief.step)
  if (relieved && !isSeen(relief)) return { do: 'relieve', step: relieved }
  if (state.tripped && goal.do === 'run') return afterTrip(plan, kinds, state, state.tripped)
  const broken = plan.steps.find((step) => isBroken(progressOf(state, step.id)))
  if (broken) return afterFailure(plan, kinds, state, broken, goal)
  if (relieved && !leavesOldSideNext(plan, kinds, state, relieved, goal.to)) return { do: 'pause-relieved' }
  return goal.do === 'rollback' ? towards(plan, kinds, state, goal.to) : forward(plan, kinds, state, goal.to)
}

const isBroken = (step: StepProgress): boolean =>
  step.phase === 'gate-failed' || step.phase === 'apply-failed' || step.phase === 'failed-clean'

/** A commanded rollback that is not needed ends at once. */
function towards(plan: Plan, kinds: StepKinds, state: RunState, to: string): Action {
  const first = firstUndone(plan, to)
  // Whether a rollback is possible at all depends on whether what cannot be undone has happened: look before saying so.
  const unsettled = plan.steps.slice(first).find((step) => isIrreversible(step, kinds) && isUnsettled(state, step.id))
  if (unsettled) return { do: 'settle', step: unsettled, direction: 'apply' }
  const touched = plan.steps.slice(first).some((step) => progressOf(state, step.id).phase !== 'pending')
  return touched ? { do: 'begin-rollback', to, cause: 'commanded', reason: 'asked for', evidence: [] } : { do: 'finish' }
}

function forward(plan: Plan, kinds: StepKinds, state: RunState, to: string): Action {
  const end = firstStepAfter(plan, to) ?? plan.steps.length
  for (const step of plan.steps.slice(0, end)) {
    const progress = progressOf(state, step.id)
    if (progress.phase === 'done') {
      if (step.reaches !== undefined && !state.reached.some((each) => each.step === step.id))
        return { do: 'reach', step, state: step.reaches }
      continue
    }
    return onwards(step, progress, kinds)
  }
  return { do: 'finish' }
}

function onwards(step: PlanStep, progress: StepProgress, kinds: StepKinds): Action {
  switch (progress.phase) {
    case 'pending':
      return kinds.get(step.kind)?.nature === 'waits' ? { do: 'wait', step } : { do: 'apply', step }
    case 'applying':
      return afterSettling(step, progress)
    case 'gating':
      if (!progress.ownGatePassed) return { do: 'gate', step, gate: 'own' }
      if (progress.gatesPassed < step.gates.length) return { do: 'gate', step, gate: progress.gatesPassed }
      return { do: 'complete', step }
    default:
      // An undo outside a rollback: the rollback was paused in the middle of this step. Finish the step's undo first.
      return backwards(step, progress)
  }
}

function afterSettling(step: PlanStep, { settlement }: StepProgress): Action {
  if (!settlement) return { do: 'settle', step, direction: 'apply' }
  if (settlement.status === 'unknown') {
    return {
      do: 'pause',
      step: step.id,
      reason: `cannot tell what step ${step.id} did before it was interrupted: ${settlement.reason}`,
      evidence: [],
      next: [],
    }
  }
  return { do: 'reapply', step }
}

/** Undoes, in reverse, all after the step that reached the target; an interrupted undo comes first by being the last one touched. */
function nextOfRollback(plan: Plan, kinds: StepKinds, state: RunState, to: string): Action {
  const first = firstUndone(plan, to)
  const step = plan.steps.slice(first).findLast((each) => progressOf(state, each.id).phase !== 'pending')
  if (!step) return { do: 'finish-rollback' }
  const progress = progressOf(state, step.id)
  const kind = kinds.get(step.kind)
  if (kind?.nature !== 'acts' || progress.phase === 'failed-clean') return { do: 'forget', step }
  const irreversible = irreversibleBecause(kind)
  if (irreversible !== undefined) {
    return {
      do: 'pause',
      step: step.id,
      reason: `step ${step.id} cannot be undone: ${irreversible}`,
      evidence: progress.failure?.evidence ?? [],
      next: [],
    }
  }
  return backwards(step, progress)
}

function backwards(step: PlanStep, progress: StepProgress): Action {
  switch (progress.phase) {
    case 'undo-applied':
      return { do: 'verify-undo', step }
    case 'undoing':
      return progress.settlement ? { do: 'undo', step } : { do: 'settle', step, direction: 'undo' }
    case 'undo-failed':
      return afterFailedUndo(step, progress)
    default:
      // Also where a process died in the middle of apply: the undo works from any prefix of it.
      return { do: 'undo', step }
  }
}

function afterFailedUndo(step: PlanStep, progress: StepProgress): Action {
  const failure: StepFailure = progress.failure ?? { reason: `the undo of ${step.id} failed`, evidence: [], inconclusive: false }
  // A failure after the undo's effect (it could not be seen to be right) is not tried again.
  if (!failure.problem) return { do: 'get-stuck', step, failure }
  if (!progress.settlement) return { do: 'settle', step, direction: 'undo' }
  // `effect: no` is about the last request; that nothing was moved is said only of what was looked at.
  if (failure.problem.effect === 'no' && progress.settlement.status === 'none') {
    return {
      do: 'pause',
      step: step.id,
      reason: `${failure.reason}; the undo of ${step.id} has changed nothing`,
      evidence: failure.evidence,
      next: failure.problem.next,
    }
  }
  return progress.undoAttempts < UNDO_ATTEMPTS ? { do: 'undo', step } : { do: 'get-stuck', step, failure }
}

/** For events and reports: the steps that a rollback to `to` will undo, last first. */
export function stepsToUndo(plan: Plan, state: RunState, to: string): readonly string[] {
  const first = firstUndone(plan, to)
  return plan.steps
    .slice(first)
    .filter((step) => progressOf(state, step.id).phase !== 'pending')
    .map((step) => step.id)
    .reverse()
}
