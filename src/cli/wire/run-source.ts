import { readJournal } from '../../adapters/journal/read-journal.ts'
import { fold } from '../../domain/fold.ts'
import type { Plan } from '../../domain/plan.ts'
import type { JournalPort } from '../../domain/ports/journal.ts'
import type { Problem } from '../../domain/problem.ts'
import { ProblemError } from '../../domain/problem.ts'
import type { JournalRecord } from '../../domain/records.ts'
import type { RunState } from '../../domain/run-state.ts'
import { isUntouched, progressOf } from '../../domain/run-state.ts'
import { amend } from '../../engine/amend.ts'
import { decodeSnapshot, snapshotDifference, snapshotDigest } from '../../engine/snapshot.ts'
import { refuseLostJournal } from './lost-journal.ts'
import { currentRunFolder, nextRunFolder } from './state-folder.ts'
import type { LoadedPlan } from './plan-source.ts'
import { planOfSnapshot, planOnDisk, REGISTRIES } from './plan-source.ts'

/** A run that has a journal, read without touching it. */
export interface KnownRun {
  readonly folder: string
  readonly state: RunState
  readonly loaded: LoadedPlan
  readonly warnings: readonly Problem[]
  /** The journal for looking only: it refuses to write. */
  readonly journal: JournalPort
}

export async function knownRun(stateFolder: string): Promise<KnownRun | undefined> {
  const folder = currentRunFolder(stateFolder)
  if (folder === undefined) return undefined
  const reading = await readJournal(folder)
  const state = fold(reading.entries)
  if (!state.snapshot) {
    await refuseLostJournal(folder)
    return undefined
  }
  const loaded = await planOfSnapshot(decodeSnapshot(await reading.getBlob(state.snapshot)))
  return { folder, state, loaded, warnings: reading.warnings, journal: lookingOnly(reading) }
}

/** A journal that never writes: for dry runs and `status`. */
export function lookingOnly(reading: Pick<JournalPort, 'entries' | 'getBlob'>): JournalPort {
  const refuse = (): never => {
    throw new Error('a look does not write')
  }
  return {
    entries: reading.entries,
    getBlob: (reference) => reading.getBlob(reference),
    append: async () => refuse(),
    putBlob: async () => refuse(),
    close: async () => undefined,
  }
}

/** Which plan a command works on, and where its journal lies. */
export interface RunSource {
  readonly folder: string
  readonly loaded: LoadedPlan
  /** How far the run has come; left out where it has not begun. */
  readonly state?: RunState
  /** Set where the run goes on with an edited plan: to be recorded before anything else. */
  readonly amendment?: {
    readonly difference: readonly string[]
    readonly record: (snapshot: Extract<JournalRecord, { type: 'plan-amended' }>['snapshot']) => JournalRecord
  }
}

/** For `run` (and its dry run): a run in progress keeps its own plan; a new one begins with what is on disk, or was a moment ago (`read`). */
export async function sourceForRun(stateFolder: string, path: string, amending: boolean, read?: LoadedPlan): Promise<RunSource> {
  const known = await knownRun(stateFolder)
  if (!known || nothingDone(known.loaded.plan, known.state))
    return { folder: nextRunFolder(stateFolder), loaded: read ?? (await planOnDisk(path)) }
  const { folder, state } = known
  const onDisk = await planOnDisk(path)
  if (snapshotDigest(onDisk.snapshot) === snapshotDigest(known.loaded.snapshot)) return { folder, state, loaded: known.loaded }
  const difference = snapshotDifference(known.loaded.snapshot, onDisk.snapshot)
  if (!amending) throw new ProblemError((isFinished(known.loaded.plan, state) ? finishedWithAnother : planChanged)(path, difference))
  const amendment = amend(known.loaded, onDisk, state, REGISTRIES.kinds)
  if ('refused' in amendment) {
    const [first, ...rest] = amendment.refused
    if (first) throw new ProblemError({ ...first, exitCode: 65 }, ...rest)
  }
  return {
    folder,
    state,
    loaded: onDisk,
    amendment: { difference, record: (snapshot) => ({ type: 'plan-amended', snapshot, difference }) },
  }
}

/** Nothing of it is there (any more): the next `run` begins anew, with the plan as it is then. */
export const nothingDone = (plan: Plan, state: RunState): boolean =>
  !state.rollback && !state.stuck && plan.steps.every((step) => isUntouched(state, step.id))

export const isFinished = (plan: Plan, state: RunState): boolean => plan.steps.every((step) => progressOf(state, step.id).phase === 'done')

/** What is there now was made by another version of the plan: neither "nothing to do" nor this run's own to go on with. */
const finishedWithAnother = (path: string, difference: readonly string[]): Problem => ({
  code: 'plan-changed-after-finish',
  summary: `the run of ${path} is finished, with another version of the plan than the one on disk`,
  details: difference,
  next: [
    'to deploy the edited version over what is there, give it a file of its own: a run of its own then goes back to what was there before it',
    'or roll back first, and run again: rollback and status use the plan that the run began with',
    'or put the plan and its files back as they were',
  ],
  effect: 'no',
  exitCode: 65,
})

const planChanged = (path: string, difference: readonly string[]): Problem => ({
  code: 'plan-changed',
  summary: `${path} is not what this run began with`,
  details: difference,
  next: [
    'put it back as it was, or go on with the edited plan: run --amend',
    'rollback and status always use the plan that the run began with',
  ],
  effect: 'no',
  exitCode: 65,
})
