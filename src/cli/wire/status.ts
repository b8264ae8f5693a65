import { readLock } from '../../adapters/journal/lock.ts'
import { planArguments } from '../command-line.ts'
import type { RunState } from '../../domain/run-state.ts'
import type { RollbackReport } from '../../domain/event.ts'
import { inconclusive } from '../../domain/observation.ts'
import { toProblem } from '../../domain/problem.ts'
import { liveLook } from '../../engine/live-look.ts'
import { openSession } from '../../engine/session.ts'
import { statusOf } from '../../engine/status.ts'
import type { PlanOptions, StatusView } from '../contract.ts'
import type { OpenOptions } from './opened.ts'
import { NOBODY, open } from './opened.ts'
import { REGISTRIES } from './plan-source.ts'
import type { KnownRun } from './run-source.ts'
import { knownRun } from './run-source.ts'
import { isFolder, stateFolder } from './state-folder.ts'

const SILENT: Pick<OpenOptions, 'emit' | 'questions' | 'interrupt'> = {
  emit: () => undefined,
  questions: NOBODY,
  interrupt: { requested: new AbortController().signal, now: new AbortController().signal, signalName: () => 'SIGINT' },
}

/** The folded journal of the plan's current run, and one look at the world as it is now. */
export async function statusOfPlan(
  options: PlanOptions,
  onSecrets: (redact: (text: string) => string) => void,
): Promise<StatusView | undefined> {
  const folder = stateFolder(options)
  const known = await knownRun(folder)
  if (!known) return undefined
  const lock = await readLock(folder)
  const lab = known.state.lab
  const plan = isFolder(options.plan) ? known.loaded.plan.path : options.plan
  const report = statusOf(known.loaded.plan, REGISTRIES.kinds, known.state, {
    arguments: planArguments({ ...options, plan, lab }),
    ...(lock && lock.alive !== false && { heldBy: { pid: lock.pid, host: lock.host, user: lock.user, since: lock.since } }),
  })
  const lastRollback = rollbackReport(known.state)
  return {
    report,
    journal: known.folder,
    live: await lookNow({ ...options, lab }, folder, known, onSecrets),
    ...(lastRollback && { lastRollback }),
  }
}

async function lookNow(
  options: PlanOptions,
  folder: string,
  known: KnownRun,
  onSecrets: (redact: (text: string) => string) => void,
): Promise<StatusView['live']> {
  try {
    const opened = await open({ options, loaded: known.loaded, stateFolder: folder, runFolder: known.folder, ...SILENT, onSecrets })
    try {
      return await liveLook(openSession(opened.plan, opened.files, known.journal, opened.dependencies))
    } finally {
      await opened.close()
    }
  } catch (error) {
    return [{ what: 'the world as it is now', observation: inconclusive(`could not look: ${toProblem(error).summary}`) }]
  }
}

/** What the journal keeps of the last finished rollback. */
function rollbackReport({ rolledBack }: RunState): RollbackReport | undefined {
  if (!rolledBack) return undefined
  const { startedAt, finishedAt, ...report } = rolledBack
  return { ...report, ms: finishedAt - startedAt }
}
