import { ProblemError } from '../../../domain/problem.ts'
import type { Note } from '../../../domain/step-kind.ts'
import type { DeployContext, DeployNote } from '../record.ts'
import { untilStopped } from './pending.ts'
import { helmOf, notGone } from './problems.ts'
import type { ReleaseRecord } from './record.ts'
import { releaseName, releaseOf } from './record.ts'
import { remainsOf } from './remains.ts'

const GONE_PATIENCE_MS = 120_000

/** Back to the revision before, or uninstalled; `newest` is the number of the last one. */
export async function takeBack(context: DeployContext, record: ReleaseRecord, newest: number, note: Note<DeployNote>): Promise<void> {
  if (record.before === null) {
    context.progress(`helm uninstalls ${releaseName(record)}`)
    return helmOf(context).uninstall(releaseOf(record))
  }
  // A rollback that fails is described by its failure alone, and carries the marks of the revision that it goes back to.
  await note({ did: 'rolling-back', revision: newest + 1 })
  context.progress(`helm rolls ${releaseName(record)} back to revision ${record.before.revision}`)
  await helmOf(context).rollback(releaseOf(record), record.before.revision)
}

/** Until nothing is there of what helm deletes. */
export async function untilGone(context: DeployContext, record: ReleaseRecord): Promise<void> {
  const { clock } = context.ports
  const end = clock.monotonic() + GONE_PATIENCE_MS
  const woken = untilStopped(context)
  for (;;) {
    const { left } = await remainsOf(context, record)
    if (left.length === 0) return
    if (clock.monotonic() >= end) throw new ProblemError(notGone(record, left))
    context.progress(`waiting for ${left.join(', ')} to be gone`)
    await clock.sleep(250, woken)
  }
}
