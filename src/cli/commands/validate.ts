import { EXIT } from '../exit-code.ts'
import { planPathProblem } from '../plan-path.ts'
import { validationLines } from '../render/validation.ts'
import type { Session } from '../session.ts'
import type { ValidatedPlan } from '../contract.ts'

/** Plans that are read at a time: the disk answers for one while another is checked, and few files are open at once. */
const AT_A_TIME = 8

/** Checks plans whole and touches nothing. A path without a plan is one of the problems. Told in the order of the paths. */
export async function validate(session: Session, paths: readonly string[]): Promise<number> {
  const { screen, application } = session
  const validated: (readonly ValidatedPlan[])[] = []
  const waiting = paths.entries()
  const lane = async (): Promise<void> => {
    for (const [index, path] of waiting) {
      const absent = await planPathProblem(path)
      validated[index] = absent ? [{ path, problems: [absent], warnings: [] }] : await application.validate([path])
    }
  }
  await Promise.all(Array.from({ length: AT_A_TIME }, () => lane()))
  const plans = validated.flat()
  for (const plan of plans) screen.json('validated', { plan })
  screen.print(validationLines(screen.page, plans))
  return plans.some((plan) => plan.problems.length > 0) ? EXIT.planInvalid : EXIT.done
}
