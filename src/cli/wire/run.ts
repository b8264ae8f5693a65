import { openJournal } from '../../adapters/journal/journal.ts'
import { acquireLock } from '../../adapters/journal/lock.ts'
import { systemClock } from '../../adapters/system/clock.ts'
import { planArguments } from '../command-line.ts'
import type { RunResult } from '../../domain/event.ts'
import type { JournalPort } from '../../domain/ports/journal.ts'
import type { Problem } from '../../domain/problem.ts'
import { ProblemError, toProblem } from '../../domain/problem.ts'
import type { Goal } from '../../engine/next.ts'
import { execute } from '../../engine/run.ts'
import { encodeSnapshot, fileDigests, snapshotDigest } from '../../engine/snapshot.ts'
import type { DryRun, PlanOptions, UserInterface } from '../contract.ts'
import { planPathProblem } from '../plan-path.ts'
import { lastState, rollbackState, stateNamed } from './goal.ts'
import { LAB_SHORTENS, open } from './opened.ts'
import type { RunSource } from './run-source.ts'
import { knownRun, sourceForRun } from './run-source.ts'
import { stateFolder } from './state-folder.ts'
import { thisProcess } from './this-process.ts'

type OnSecrets = (redact: (text: string) => string) => void
type RunOptions = PlanOptions & { readonly to?: string; readonly amend: boolean; readonly preview?: DryRun }

export async function runPlan(options: RunOptions, ui: UserInterface, onSecrets: OnSecrets): Promise<RunResult> {
  return locked(options, 'run', async (folder) => {
    const source = await sourceForRun(folder, options.plan, options.amend)
    const goal: Goal = { do: 'run', to: stateNamed(source.loaded.plan, options.to, lastState(source.loaded.plan)) }
    if (options.preview) refuseOtherPlan(options.preview, source, goal.to)
    return executeOn(options, folder, source, goal, ui, onSecrets)
  })
}

export async function rollbackPlan(
  options: PlanOptions & { readonly to?: string },
  ui: UserInterface,
  onSecrets: OnSecrets,
): Promise<RunResult> {
  return locked(options, 'rollback', async (folder) => {
    const known = await knownRun(folder)
    if (!known) throw new ProblemError(await noRun(options))
    const { plan } = known.loaded
    const goal: Goal = { do: 'rollback', to: rollbackState(plan, known.state, options.to) }
    return executeOn(options, folder, { folder: known.folder, loaded: known.loaded }, goal, ui, onSecrets)
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
async function locked<Value>(options: PlanOptions, command: string, work: (folder: string) => Promise<Value>): Promise<Value> {
  const folder = stateFolder(options)
  const { pid, host, user } = thisProcess(options)
  const lock = await acquireLock(folder, { pid, host, user, command: `jmc-migrate ${command} ${planArguments(options)}` }, systemClock)
  try {
    return await work(folder)
  } finally {
    await lock.release()
  }
}

async function executeOn(
  options: RunOptions | PlanOptions,
  folder: string,
  source: RunSource,
  goal: Goal,
  ui: UserInterface,
  onSecrets: OnSecrets,
): Promise<RunResult> {
  const opened = await open({ options, loaded: source.loaded, stateFolder: folder, runFolder: source.folder, ...ui, onSecrets })
  try {
    const journal = await openJournal(source.folder, { clock: systemClock })
    try {
      for (const problem of [...(options.lab ? [LAB_SHORTENS] : []), ...source.loaded.warnings, ...journal.warnings])
        ui.emit({ type: 'warning', problem })
      await recordAmendment(source, journal)
      const approved = 'preview' in options ? options.preview?.steps : undefined
      const { plan, files, dependencies } = opened
      return await execute(
        { plan, files, snapshot: source.loaded.snapshot, journal, goal, journalPath: source.folder, ...(approved && { approved }) },
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
