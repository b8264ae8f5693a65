import type { RollingBack, Whereabouts } from '../domain/event.ts'
import type { Plan } from '../domain/plan.ts'
import { currentState, isUntouched, progressOf } from '../domain/run-state.ts'
import type { RunState, StepPhase } from '../domain/run-state.ts'
import { boundaryPassed } from './irreversible.ts'
import { stepsToUndo } from './next.ts'
import type { Session } from './session.ts'
import { visitorsNow } from './visitors-now.ts'

/** Of what these left there is perhaps a part, or nothing: nobody has looked since. */
const UNSETTLED: readonly StepPhase[] = ['applying', 'apply-failed', 'undoing', 'undo-failed', 'undo-applied']

/** What every end of a command says: where visitors are as it was seen, and what of this run is there. */
export async function whereabouts(session: Session): Promise<Whereabouts> {
  const { plan, dependencies } = session
  const visitors = await visitorsNow(session)
  const state = session.state()
  const inPlace = plan.steps.flatMap((step) => {
    const { phase, changes } = progressOf(state, step.id)
    if (changes.length === 0 || isUntouched(state, step.id)) return []
    return [{ step: step.id, changes, ...(UNSETTLED.includes(phase) && { unsettled: true as const }) }]
  })
  const barrier = boundaryPassed(plan, dependencies.kinds, state, plan.states[0])
  const last = plan.states.at(-1) ?? plan.states[0]
  return {
    ...(visitors && { visitors }),
    ...(inPlace.length > 0 && { inPlace }),
    ...(state.rollback && { rollingBack: rollingBackOf(plan, state, state.rollback.to) }),
    ...(barrier && { noWayBack: barrier.summary }),
    ...(currentState(state, plan.states[0]) !== last && { ahead: last }),
  }
}

/** How far a rollback under way has to go still. */
export const rollingBackOf = (plan: Plan, state: RunState, to: string): RollingBack => ({
  to,
  left: stepsToUndo(plan, state, to),
  whole: to === plan.states[0],
})
