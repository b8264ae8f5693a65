import { readLock } from '../../adapters/journal/lock.ts'
import { planArguments } from '../command-line.ts'
import type { RunState } from '../../domain/run-state.ts'
import type { RollbackReport } from '../../domain/event.ts'
import { inconclusive } from '../../domain/observation.ts'
import { toProblem } from '../../domain/problem.ts'
import { liveLook } from '../../engine/live-look.ts'
import { openSession } from '../../engine/session.ts'
import { statusOf } from '../../engine/status.ts'
import { visitorsNow } from '../../engine/visitors-now.ts'
import type { PlanOptions, StatusView } from '../contract.ts'
import { editedSince } from './edited-since.ts'
import type { OpenOptions } from './opened.ts'
import { NOBODY, open } from './opened.ts'
import type { OnTheWay } from './on-the-way.ts'
import { onTheWay } from './on-the-way.ts'
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
  const edited = isFolder(options.plan) ? undefined : await editedSince(options.plan, known.loaded, known.state)
  const report = statusOf(known.loaded.plan, REGISTRIES.kinds, known.state, {
    arguments: planArguments({ ...options, plan, lab }),
    ...(edited?.next === 'amends' && { amend: true }),
    ...(lock && lock.alive !== false && { heldBy: { pid: lock.pid, host: lock.host, user: lock.user, since: lock.since } }),
  })
  const lastRollback = rollbackReport(known.state)
  return {
    report,
    journal: known.folder,
    ...(known.loaded.plan.site === undefined && { withoutVisitors: true }),
    ...(edited && { edited }),
    ...(await lookNow({ ...options, lab }, folder, known, onSecrets)),
    ...(lastRollback && { lastRollback }),
  }
}

type Looked = Pick<StatusView, 'live' | 'visitors'>

async function lookNow(
  options: PlanOptions,
  folder: string,
  known: KnownRun,
  onSecrets: (redact: (text: string) => string) => void,
): Promise<Looked> {
  const look = async (way?: OnTheWay): Promise<Looked> => {
    const opening = { options, loaded: known.loaded, stateFolder: folder, runFolder: known.folder, ...SILENT, onSecrets }
    const opened = await open({ ...opening, ...(way && { way }) })
    try {
      const session = openSession(opened.plan, opened.files, known.journal, opened.dependencies)
      const [live, visitors] = await Promise.all([liveLook(session), visitorsNow(session)])
      return { live, ...(visitors && { visitors }) }
    } finally {
      await opened.close()
    }
  }
  const unseen = (what: string, error: unknown) => ({ what, observation: inconclusive(`could not look: ${toProblem(error).summary}`) })
  try {
    return await look()
  } catch (error) {
    // What only later steps need may not be there yet: what has begun can be looked at without it.
    const way = onTheWay(known, { do: 'rollback', to: known.loaded.plan.states[0] })
    if (way.steps.length === known.loaded.plan.steps.length) return { live: [unseen('the world as it is now', error)] }
    return look(way).then(
      (seen) => ({ ...seen, live: [...seen.live, unseen('what later steps need', error)] }),
      (again: unknown) => ({ live: [unseen('the world as it is now', again)] }),
    )
  }
}

/** What the journal keeps of the last finished rollback. */
function rollbackReport({ rolledBack }: RunState): RollbackReport | undefined {
  if (!rolledBack) return undefined
  const { startedAt, finishedAt, ...report } = rolledBack
  return { ...report, ms: finishedAt - startedAt }
}
