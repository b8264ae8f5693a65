import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { openJournal } from '../../adapters/journal/journal.ts'
import { LOCK_FOLDER } from '../../adapters/journal/lock-file.ts'
import { acquireLock } from '../../adapters/journal/lock.ts'
import { systemClock } from '../../adapters/system/clock.ts'
import { planArguments } from '../command-line.ts'
import type { RunResult } from '../../domain/event.ts'
import type { JournalPort } from '../../domain/ports/journal.ts'
import type { Problem } from '../../domain/problem.ts'
import { ProblemError, toProblem } from '../../domain/problem.ts'
import type { EngineDependencies } from '../../engine/contract.ts'
import type { Goal } from '../../engine/next.ts'
import { execute } from '../../engine/run.ts'
import { encodeSnapshot, fileDigests, snapshotDigest } from '../../engine/snapshot.ts'
import type { DryRun, PlanOptions, RollbackPreview, UserInterface } from '../contract.ts'
import { planPathProblem } from '../plan-path.ts'
import { beginRendering } from './begin-rendering.ts'
import { lastState, rollbackState, stateNamed } from './goal.ts'
import type { KnownSecrets, OnSecrets } from './opened.ts'
import { LAB_SHORTENS, open, targetsOf } from './opened.ts'
import { onTheWay } from './on-the-way.ts'
import { inPlace } from './placed.ts'
import { sealedDifference } from './preview-seals.ts'
import { redactingJournal } from './redacting-journal.ts'
import type { ResolvedTargets } from './resolve-targets.ts'
import { refuseOtherRollback, rollbackPreview } from './rollback-preview.ts'
import type { LoadedPlan } from './plan-source.ts'
import type { RunSource } from './run-source.ts'
import { knownRun, sourceForRun } from './run-source.ts'
import { stateFolder } from './state-folder.ts'
import { thisProcess } from './this-process.ts'

type RunOptions = PlanOptions & { readonly to?: string; readonly amend: boolean; readonly preview?: DryRun }

export async function runPlan(options: RunOptions, ui: UserInterface, secrets: KnownSecrets): Promise<RunResult> {
  const kept = existsSync(join(stateFolder(options), LOCK_FOLDER))
  const first = kept ? undefined : await beforeAnything(options, secrets.onSecrets)
  return locked(options, 'run', ui, async (folder) => {
    const { source, goal } = await sourceAndGoal(options, folder, first?.source.loaded)
    const targets = first?.source.loaded.plan.text === source.loaded.plan.text ? first.targets : undefined
    return executeOn(options, folder, source, goal, ui, secrets, targets)
  })
}

async function sourceAndGoal(
  options: RunOptions,
  folder: string,
  read?: LoadedPlan,
): Promise<{ readonly source: RunSource; readonly goal: Goal }> {
  const source = await sourceForRun(folder, options.plan, options.amend, read)
  const goal: Goal = { do: 'run', to: stateNamed(source.loaded.plan, options.to, lastState(source.loaded.plan)) }
  if (options.preview) refuseOtherPlan(options.preview, source, goal.to)
  return { source, goal }
}

/** The very first run of a plan: what bars it without a question to anybody is found before anything is kept of it. */
async function beforeAnything(
  options: RunOptions,
  onSecrets: OnSecrets,
): Promise<{ readonly source: RunSource; readonly targets?: ResolvedTargets }> {
  const { source, goal } = await sourceAndGoal(options, stateFolder(options))
  return options.lab ? { source } : { source, targets: await targetsOf(options, source.loaded.plan, onSecrets, onTheWay(source, goal)) }
}

export async function rollbackPlan(
  options: PlanOptions & { readonly to?: string; readonly shown?: RollbackPreview },
  ui: UserInterface,
  secrets: KnownSecrets,
): Promise<RunResult> {
  // Before the lock, too: no folder is made where there is nothing to roll back.
  if (!(await knownRun(stateFolder(options)))) throw new ProblemError(await noRun(options))
  return locked(options, 'rollback', ui, async (folder) => {
    const known = await knownRun(folder)
    if (!known) throw new ProblemError(await noRun(options))
    const { plan } = known.loaded
    const goal: Goal = { do: 'rollback', to: rollbackState(plan, known.state, options.to) }
    if (options.shown) refuseOtherRollback(options.shown, rollbackPreview(plan, known.state, goal.to))
    return executeOn(options, folder, { folder: known.folder, loaded: known.loaded, state: known.state }, goal, ui, secrets)
  })
}

/** Why there is nothing to roll back: no run of this plan, or no such plan. */
export const noRun = async (options: PlanOptions): Promise<Problem> =>
  (await planPathProblem(options.plan)) ?? {
    code: 'no-run',
    summary: `no run of ${options.plan} has been started${options.lab ? ' in the lab' : ''}: there is nothing to roll back`,
    next: [`begin one: jmc-migrate run ${planArguments(options)}`],
    effect: 'no',
  }

/** One process at a time on a plan's state; the lock falls with the process. */
async function locked<Value>(
  options: PlanOptions,
  command: string,
  { emit }: Pick<UserInterface, 'emit'>,
  work: (folder: string) => Promise<Value>,
): Promise<Value> {
  const folder = stateFolder(options)
  const { pid, host, user } = thisProcess(options)
  const lock = await acquireLock(folder, { pid, host, user, command: `jmc-migrate ${command} ${planArguments(options)}` }, systemClock)
  try {
    return await work(folder)
  } finally {
    // How the work ended matters more. The lock of a process that is gone is taken over at once.
    await lock.release().catch((error: unknown) => emit({ type: 'warning', problem: { ...toProblem(error), next: [] } }))
  }
}

async function executeOn(
  options: RunOptions | PlanOptions,
  folder: string,
  source: RunSource,
  goal: Goal,
  ui: UserInterface,
  { onSecrets, redact }: KnownSecrets,
  targets?: ResolvedTargets,
): Promise<RunResult> {
  const { loaded } = source
  const questions = inPlace(loaded.plan, ui.questions)
  const run = { options, loaded, stateFolder: folder, runFolder: source.folder }
  const way = onTheWay(source, goal)
  const opened = await open({ ...run, ...ui, questions, onSecrets, way, ...(targets && { targets }) })
  void beginRendering(opened, way)
  try {
    const kept = await openJournal(source.folder, { clock: systemClock })
    const journal = redactingJournal(kept, redact)
    try {
      for (const problem of [...(options.lab ? [LAB_SHORTENS] : []), ...source.loaded.warnings, ...kept.warnings])
        ui.emit({ type: 'warning', problem })
      await recordAmendment(source, journal)
      const preview = 'preview' in options ? options.preview : undefined
      const { plan, files } = opened
      const dependencies: EngineDependencies = {
        ...opened.dependencies,
        ...(preview && { heldToSaved: (saved, fresh) => sealedDifference(saved, fresh, preview.seals, redact) }),
      }
      return await execute(
        {
          plan,
          files,
          snapshot: source.loaded.snapshot,
          journal,
          goal,
          journalPath: source.folder,
          ...(preview && { approved: preview.steps }),
        },
        dependencies,
      )
    } finally {
      await journal.close()
    }
  } catch (error) {
    if (error instanceof ProblemError) throw error
    throw new ProblemError(toProblem(error))
  } finally {
    await opened.close()
  }
}

async function recordAmendment({ amendment, loaded }: RunSource, journal: JournalPort): Promise<void> {
  if (amendment) await journal.append(amendment.record(await journal.putBlob(encodeSnapshot(loaded.snapshot))))
}

/** `--preview FILE` is for this plan, as it is, as far as it was shown. */
function refuseOtherPlan(preview: DryRun, { loaded }: RunSource, to: string): void {
  const digest = snapshotDigest(loaded.snapshot)
  const differs = [
    ...(preview.plan === loaded.plan.name ? [] : [`it is of plan ${preview.plan}, this is ${loaded.plan.name}`]),
    ...(preview.planDigest === digest ? [] : editedSince(preview.files, fileDigests(loaded.snapshot))),
    ...(preview.to === to ? [] : [`it leads to ${preview.to}, this run to ${to}`]),
  ]
  if (differs.length === 0) return
  throw new ProblemError({
    code: 'preview-outdated',
    summary: 'the saved preview does not fit this run',
    details: differs,
    next: ['make a new one: run --dry-run --out FILE'],
    effect: 'no',
  })
}

const editedSince = (before: DryRun['files'], now: DryRun['files']): readonly string[] =>
  [...new Set([...Object.keys(before), ...Object.keys(now)])]
    .filter((path) => before[path] !== now[path])
    .map(
      (path) =>
        `${path === 'plan' ? 'the plan' : path} ${before[path] === undefined ? 'is new' : now[path] === undefined ? 'is gone' : 'was edited'} since`,
    )
