import { ProblemError } from '../../domain/problem.ts'
import { EXIT } from '../exit-code.ts'
import type { LookFlags } from '../invocation.ts'
import { named, planOptions } from '../invocation.ts'
import { planPathProblem } from '../plan-path.ts'
import { noRunLines, statusLines } from '../render/status.ts'
import type { Session } from '../session.ts'

/** Where a run stands, with one live look. Changes nothing. */
export async function status(session: Session, plan: string, flags: LookFlags): Promise<number> {
  const { screen, application, io } = session
  const view = await application.status(planOptions(plan, flags))
  const noPlan = view ? undefined : await planPathProblem(plan)
  if (noPlan) throw new ProblemError(noPlan)
  screen.json('status', { status: view ?? null })
  screen.print(view ? statusLines(screen.page, view, io.now()) : noRunLines(screen.page, named(plan, flags)))
  return EXIT.done
}
