import type { RunResult } from '../domain/event.ts'
import type { Plan, PlanStep } from '../domain/plan.ts'
import { firstUndone } from '../domain/plan.ts'
import type { Problem } from '../domain/problem.ts'
import type { RunState } from '../domain/run-state.ts'
import { currentState, isUntouched, progressOf } from '../domain/run-state.ts'
import type { RestoreFile, StepKinds } from '../domain/step-kind.ts'
import { irreversibleBecause } from '../domain/step-kind.ts'
import type { Session } from './session.ts'
import { actingKind } from './session.ts'
import { contextOf } from './step-context.ts'

/** The restore bundle first, read back; then the person's word. Undefined: go on. */
export async function crossTheBoundary(session: Session, step: PlanStep): Promise<RunResult | undefined> {
  const why = irreversibleBecause(session.kind(step))
  if (why === undefined) return undefined
  const bundle = await writeBundle(session, step)
  const state = currentState(session.state(), session.plan.states[0])
  const name = confirmationName(session, step)
  const question = { step: step.id, name, why, bundle }
  const { answer, ...rest } = await session.dependencies.questions.confirmIrreversible(question, session.interrupt.requested)
  // Withdrawn: no answer was given.
  if (session.interrupt.requested.aborted) return undefined
  if (answer === 'yes') {
    await session.record({ type: 'confirmed', step: step.id, how: 'how' in rest ? rest.how : 'typed' })
    return undefined
  }
  const begun = !isUntouched(session.state(), step.id)
  if (answer === 'unanswerable') return { outcome: 'failed', state, problems: [confirmationMissing(step, name, begun)] }
  await session.record({ type: 'declined', step: step.id })
  return { outcome: 'declined', state, step: step.id }
}

/** What a person must type before an irreversible step. */
export const confirmationName = (session: Session, step: PlanStep): string =>
  actingKind(session, step).confirmation?.(step.spec) ?? session.plan.name

const confirmationMissing = (step: PlanStep, name: string, begun: boolean): Problem => ({
  code: 'confirmation-missing',
  summary: `step ${step.id} cannot be undone and nobody confirmed it; ${begun ? 'a part of it was done before, and was left so' : 'everything before it is done'}`,
  next: [`run again with --confirm ${name}`, ...(begun ? [] : ['or roll back: there still is a way back'])],
  effect: 'no',
  exitCode: 64,
})

/** Everything that a human would need: of each step that is done, and of the one about to be. */
async function writeBundle(session: Session, step: PlanStep): Promise<string> {
  const files: RestoreFile[] = []
  const add = (from: PlanStep, more: readonly RestoreFile[]): void => {
    for (const file of more) if (!files.some((each) => isSameFile(each, file))) files.push(underItsOwnPath(from, files, file))
  }
  for (const each of session.plan.steps) {
    const kind = session.kind(each)
    if (kind.nature !== 'acts' || !kind.restoreFiles) continue
    const known = progressOf(session.state(), each.id).undoRecord !== undefined
    if (known) add(each, await kind.restoreFiles(await contextOf(session, each), await session.undoRecord(each.id)))
  }
  const own = actingKind(session, step)
  if (own.restoreFiles && progressOf(session.state(), step.id).undoRecord === undefined) {
    const context = await contextOf(session, step)
    add(step, await own.restoreFiles(context, (await own.preview(context, [])).undoRecord))
  }
  const { path, sha256 } = await session.dependencies.bundle.write(files)
  const names = files.map((file) => file.path)
  await session.record({ type: 'bundle-written', step: step.id, path, sha256, files: names })
  session.dependencies.emit({ type: 'bundle-written', step: step.id, path, files: names })
  return path
}

const isSameFile = (a: RestoreFile, b: RestoreFile): boolean => a.path === b.path && Buffer.compare(a.bytes, b.bytes) === 0

/** What the first step found is how it was before the run: the same file as a later step found it is kept beside it, never in its place. */
function underItsOwnPath({ id }: PlanStep, kept: readonly RestoreFile[], file: RestoreFile): RestoreFile {
  if (!kept.some(({ path }) => path === file.path)) return file
  const path = `${id}/${file.path}`
  return { ...file, path, use: `as step ${id} found it: ${file.use.replaceAll(file.path, path)}` }
}

/** A process died (or failed) in the middle of it and nobody has looked yet at what is there. */
export function isUnsettled(state: RunState, step: string): boolean {
  const { phase, settlement } = progressOf(state, step)
  return (phase === 'applying' || phase === 'apply-failed') && settlement === undefined
}

/** The irreversible step that bars a rollback to `to`, once anything of it may have happened. */
export function boundaryPassed(plan: Plan, kinds: StepKinds, state: RunState, to: string): Problem | undefined {
  const first = firstUndone(plan, to)
  const isFinal = (step: PlanStep): boolean => irreversibleBecause(kinds.get(step.kind)) !== undefined
  const barrier = plan.steps.slice(first).find((step) => isFinal(step) && !isUntouched(state, step.id) && !isUnsettled(state, step.id))
  if (!barrier) return undefined
  const why = irreversibleBecause(kinds.get(barrier.kind))
  return {
    code: 'past-the-boundary',
    summary: `cannot roll back to ${to}: step ${barrier.id} was done, and ${why}`,
    details: state.bundle ? [`restore bundle: ${state.bundle.path}`] : [],
    next: state.bundle ? [`follow ${state.bundle.path}/README.md to bring the old side back by hand`] : [],
    effect: 'no',
  }
}
