import type { Plan } from '../../domain/plan.ts'
import { ProblemError } from '../../domain/problem.ts'
import type { RunState } from '../../domain/run-state.ts'
import { currentState, progressOf } from '../../domain/run-state.ts'
import { boundaryPassed } from '../../engine/irreversible.ts'
import { stepsToUndo } from '../../engine/next.ts'
import type { RollbackPreview } from '../contract.ts'
import { REGISTRIES } from './plan-source.ts'

/** What a rollback to `to` would undo, from the journal alone. */
export function rollbackPreview(plan: Plan, state: RunState, to: string): RollbackPreview {
  const barrier = boundaryPassed(plan, REGISTRIES.kinds, state, to)
  const steps = stepsToUndo(plan, state, to).map((id) => ({
    step: id,
    kind: plan.steps.find((step) => step.id === id)?.kind ?? '',
    undo: progressOf(state, id).changes.map((change) => `${change.system} ${change.object} (${change.action})`),
  }))
  return {
    from: currentState(state, plan.states[0]),
    to,
    steps,
    ...(barrier && { impossible: [barrier.summary, ...barrier.next].join('; ') }),
  }
}

/** While a person reads, another process may go on: what it has done since was not shown, and is not undone on their word. */
export function refuseOtherRollback(shown: RollbackPreview, now: RollbackPreview): void {
  const differs = [
    ...(shown.to === now.to ? [] : [`it was shown to lead to ${shown.to}, and would lead to ${now.to}`]),
    ...now.steps
      .filter((step) => !shown.steps.some((each) => isSame(each, step)))
      .map(({ step }) =>
        shown.steps.some((each) => each.step === step)
          ? `step ${step} has done something else since`
          : `step ${step} has been done since, and was not shown`,
      ),
    ...shown.steps
      .filter(({ step }) => !now.steps.some((each) => each.step === step))
      .map(({ step }) => `step ${step} was shown, and is not to be undone any more`),
  ]
  if (differs.length === 0) return
  throw new ProblemError({
    code: 'preview-outdated',
    summary: 'the rollback that was shown is no longer what would be undone',
    details: differs,
    next: ['look at what it would undo now, and decide again: run the same command once more'],
    effect: 'no',
  })
}

type Undoing = RollbackPreview['steps'][number]

const isSame = (a: Undoing, b: Undoing): boolean => a.step === b.step && a.undo.join('\n') === b.undo.join('\n')
