import type { Plan } from '../../domain/plan.ts'
import { ProblemError } from '../../domain/problem.ts'
import type { RunState } from '../../domain/run-state.ts'

/** A state that a person named, or the default. Rejects with the states there are. */
export function stateNamed(plan: Plan, name: string | undefined, otherwise: string): string {
  if (name === undefined) return otherwise
  if (plan.states.includes(name)) return name
  throw new ProblemError({
    code: 'unknown-state',
    summary: `--to ${name}: this plan has no such state`,
    details: [`its states: ${plan.states.join(', ')}`],
    next: ['name one of these states'],
    effect: 'no',
    exitCode: 64,
  })
}

export const lastState = (plan: Plan): string => plan.states.at(-1) ?? plan.states[0]

/** The state that a rollback leads to: one that was reached, or the first. */
export function rollbackState(plan: Plan, state: RunState, name: string | undefined): string {
  const to = stateNamed(plan, name, plan.states[0])
  const reached = [plan.states[0], ...state.reached.map((each) => each.state)]
  if (reached.includes(to)) return to
  throw new ProblemError({
    code: 'state-not-reached',
    summary: `--to ${to}: this run has not reached that state, so there is no way back to it`,
    details: [`reached: ${reached.join(', ')}`],
    next: ['name one of these states', 'to go forward to it: run --to'],
    effect: 'no',
    exitCode: 64,
  })
}
