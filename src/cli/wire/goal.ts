import type { Plan } from '../../domain/plan.ts'
import { ProblemError } from '../../domain/problem.ts'

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
