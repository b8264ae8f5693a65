import { ProblemError } from '../../domain/problem.ts'
import type { DryRun } from '../contract.ts'
import type { RunFlags } from '../invocation.ts'
import { named, planOptions } from '../invocation.ts'
import { perform } from '../perform.ts'
import { planPathProblem } from '../plan-path.ts'
import { readPreview } from '../preview-file.ts'
import type { Session } from '../session.ts'
import { usageProblem } from '../usage.ts'

/** Carries out a plan, or goes on with it. */
export async function run(session: Session, plan: string, flags: RunFlags): Promise<number> {
  const noPlan = await planPathProblem(plan)
  if (noPlan) throw new ProblemError(noPlan)
  const preview = flags.preview === undefined ? undefined : await savedPreview(flags.preview, flags)
  const to = flags.to ?? preview?.to
  const options = { ...planOptions(plan, flags), amend: flags.amend ?? false, ...(to !== undefined && { to }), ...(preview && { preview }) }
  const answers = { yes: flags.yes ?? false, lab: flags.lab ?? false, confirm: flags.confirm ?? [] }
  return perform(session, 'run', named(plan, flags), answers, async ({ ui, questions }) => {
    const unconfirmable = preview && questions.boundaryProblem(preview.steps)
    if (unconfirmable) throw new ProblemError(unconfirmable)
    return session.application.run(options, ui)
  })
}

/** "Exactly that" includes where it ends and which world it is about. */
async function savedPreview(path: string, flags: RunFlags): Promise<DryRun> {
  const preview = await readPreview(path)
  if (flags.to !== undefined && flags.to !== preview.to) {
    throw new ProblemError(
      usageProblem(`the preview ${path} ends at ${preview.to}, and --to says ${flags.to}`, ['leave --to away, or make a new preview']),
    )
  }
  if (preview.lab !== (flags.lab ?? false)) {
    throw new ProblemError(
      usageProblem(`the preview ${path} was made ${preview.lab ? 'in the lab' : 'on the real servers'}`, [
        preview.lab ? 'add --lab' : 'leave --lab away, or make a new preview',
      ]),
    )
  }
  return preview
}
