import type { RunResult, StepPreview } from '../domain/event.ts'
import type { Problem } from '../domain/problem.ts'
import { toProblem, ProblemError } from '../domain/problem.ts'
import { currentState, isUntouched } from '../domain/run-state.ts'
import { preflight } from './preflight.ts'
import { previewAll, savedDifference } from './preview.ts'
import type { Session } from './session.ts'

/** What was shown to the person, by step; effects are held to it. */
export type Shown = ReadonlyMap<string, StepPreview>

export type Readiness = { readonly shown: Shown } | { readonly ended: RunResult }

/**
 * Once per process, before its first effect: all targets and rights, then a preview of all that is left, then the person's word. Nothing
 * has been touched when this ends the run.
 */
export async function becomeReady(session: Session, to: string, approved: readonly StepPreview[] | undefined): Promise<Readiness> {
  const state = currentState(session.state(), session.plan.states[0])
  const { problems, findings, warnings } = await preflight(session, to)
  if (problems.length > 0) return { ended: { outcome: 'failed', state, problems: withTheWayBack(session, problems) } }
  await session.record({ type: 'preflight-passed', findings: findings.length, warnings })
  try {
    const previews = await previewAll(session, to)
    if (approved) await holdTo(session, approved, previews)
    for (const preview of previews) session.dependencies.emit({ type: 'step-previewed', preview })
    if (!approved) {
      const answer = await session.dependencies.questions.approve(previews)
      if (answer === 'no') return { ended: { outcome: 'declined', state } }
      if (answer === 'unanswerable') return { ended: { outcome: 'failed', state, problems: [CONFIRMATION_MISSING] } }
    }
    return { shown: new Map(previews.map((preview) => [preview.step, preview])) }
  } catch (error) {
    const found = error instanceof ProblemError ? error.problems : [toProblem(error)]
    return { ended: { outcome: 'failed', state, problems: found } }
  }
}

/** Where something was done already, visitors may be on what was found to be wrong: mending it is not the only way. */
function withTheWayBack(session: Session, problems: readonly Problem[]): readonly Problem[] {
  const untouched = session.plan.steps.every((step) => isUntouched(session.state(), step.id))
  const last = problems.at(-1)
  if (untouched || last === undefined) return problems
  const next = [...last.next, `or go back: jmc-migrate rollback ${session.dependencies.process.arguments}`]
  return [...problems.slice(0, -1), { ...last, next }]
}

/**
 * The person's word for a run that goes on with looking. Neither a target that does not answer nor a preview that cannot be made bars the way:
 * visitors may be on the new side, and a failing look must lead back, not to a refusal. Effects come later, and have their own `becomeReady`.
 */
export async function askToGoOn(
  session: Session,
  to: string,
): Promise<{ readonly approved?: readonly StepPreview[] } | { readonly ended: RunResult }> {
  const state = currentState(session.state(), session.plan.states[0])
  const previews = await previewAll(session, to).catch((error: unknown) => {
    if (error instanceof ProblemError) return undefined
    throw error
  })
  for (const preview of previews ?? []) session.dependencies.emit({ type: 'step-previewed', preview })
  const answer = await session.dependencies.questions.approve(previews ?? [])
  if (answer === 'no') return { ended: { outcome: 'declined', state } }
  if (answer === 'unanswerable') return { ended: { outcome: 'failed', state, problems: [CONFIRMATION_MISSING] } }
  return previews ? { approved: previews } : {}
}

const CONFIRMATION_MISSING = {
  code: 'confirmation-missing',
  summary: 'nobody can be asked whether to go on: there is no terminal',
  next: ['add --yes to go on without being asked, or run --dry-run to look first'],
  effect: 'no',
  exitCode: 64,
} as const

/** `--preview FILE`: exactly that, or not at all. */
async function holdTo(session: Session, approved: readonly StepPreview[], fresh: readonly StepPreview[]): Promise<void> {
  const { heldToSaved = async (saved, now) => savedDifference(saved, now) } = session.dependencies
  const unfinished = approved.filter((each) => isUntouched(session.state(), each.step))
  const steps = unfinished.map(async (shown) => {
    const now = fresh.find((each) => each.step === shown.step)
    return now ? heldToSaved(shown, now) : [`${shown.step}: in the saved preview, and no longer to be done`]
  })
  const differs = [
    ...fresh
      .filter((each) => isUntouched(session.state(), each.step) && !unfinished.some((shown) => shown.step === each.step))
      .map((each) => `${each.step}: not in the saved preview`),
    ...(await Promise.all(steps)).flat(),
  ]
  if (differs.length === 0) return
  throw new ProblemError({
    code: 'preview-outdated',
    summary: 'the saved preview is no longer what would be done',
    details: differs,
    next: ['make a new one: run --dry-run --out FILE'],
    effect: 'no',
  })
}
