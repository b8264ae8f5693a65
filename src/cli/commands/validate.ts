import { EXIT } from '../exit-code.ts'
import { planPathProblem } from '../plan-path.ts'
import { validationLines } from '../render/validation.ts'
import type { Session } from '../session.ts'
import type { ValidatedPlan } from '../contract.ts'

/** Checks plans whole and touches nothing. A path without a plan is one of the problems. */
export async function validate(session: Session, paths: readonly string[]): Promise<number> {
  const { screen, application } = session
  const plans: ValidatedPlan[] = []
  for (const path of paths) {
    const absent = await planPathProblem(path)
    plans.push(...(absent ? [{ path, problems: [absent], warnings: [] }] : await application.validate([path])))
  }
  for (const plan of plans) screen.json('validated', { plan })
  screen.print(validationLines(screen.page, plans))
  return plans.some((plan) => plan.problems.length > 0) ? EXIT.planInvalid : EXIT.done
}
