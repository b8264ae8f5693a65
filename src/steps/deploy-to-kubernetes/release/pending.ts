import type { DeployContext, DeployNote } from '../record.ts'
import type { ReleaseRecord } from './record.ts'
import { releaseName } from './record.ts'
import type { Standing } from './standing.ts'
import { standingOf } from './standing.ts'

/** Longer than helm works on one revision: its hooks may take five minutes. */
const HELM_AT_WORK_MS = 330_000
const INTERVAL_MS = 1_000

/** Nothing of ours is under way while we wait for helm: the person's first Ctrl-C ends it, too, and the next process waits on. */
export const untilStopped = ({ signal, stop }: Pick<DeployContext, 'signal' | 'stop'>): AbortSignal =>
  stop === undefined ? signal : AbortSignal.any([signal, stop])

/** The standing once helm is no longer at work: a helm that we started may have outlived us. What is still pending then was left by a dead one. */
export async function settledStanding(context: DeployContext, record: ReleaseRecord, notes: readonly DeployNote[]): Promise<Standing> {
  const { clock } = context.ports
  const woken = untilStopped(context)
  for (;;) {
    const standing = await standingOf(context, record, notes)
    if (!('state' in standing) || standing.state !== 'pending') return standing
    if (clock.now() - standing.updated >= HELM_AT_WORK_MS) return standing
    const patience = `until ${HELM_AT_WORK_MS / 1_000} s after it began: then it counts as killed`
    context.progress(`waiting for helm, which is at work on ${releaseName(record)} (${patience})`)
    await clock.sleep(INTERVAL_MS, woken)
  }
}
