import type { Plan } from '../domain/plan.ts'
import type { RunState } from '../domain/run-state.ts'

/** What goes back, or goes on going back: without its state a rollback under way would be taken for one to the first state. */
export function rollbackCommand(plan: Pick<Plan, 'states'>, { rollback }: Pick<RunState, 'rollback'>, planArguments: string): string {
  const to = rollback === undefined || rollback.to === plan.states[0] ? '' : ` --to ${rollback.to}`
  return `jmc-migrate rollback ${planArguments}${to}`
}
