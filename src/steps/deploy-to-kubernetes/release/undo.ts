import { look } from '../../../domain/look.ts'
import type { Observation } from '../../../domain/observation.ts'
import { fail, pass, pending } from '../../../domain/observation.ts'
import { ProblemError } from '../../../domain/problem.ts'
import type { Note, Settlement } from '../../../domain/step-kind.ts'
import type { DeployContext, DeployNote } from '../record.ts'
import { settledStanding } from './pending.ts'
import { changedSince, helmOf } from './problems.ts'
import type { ReleaseRecord } from './record.ts'
import { releaseName, releaseOf } from './record.ts'
import { remainsOf } from './remains.ts'
import type { Standing } from './standing.ts'
import { standingOf } from './standing.ts'
import { takeBack, untilGone } from './take-back.ts'

/** Back to the revision before, or uninstalled; refuses where somebody else has upgraded since. */
export async function undoRelease(
  context: DeployContext,
  record: ReleaseRecord,
  notes: readonly DeployNote[],
  note: Note<DeployNote>,
): Promise<void> {
  if (record.unchanged) return
  const found = await settledStanding(context, record, notes)
  if (found.is === 'foreign') throw new ProblemError(changedSince(record, found.reason, 'no'))
  if (!isBack(found)) await takeBack(context, record, found.newest, note)
  await untilGone(context, record)
}

export async function settleUndoRelease(context: DeployContext, record: ReleaseRecord, notes: readonly DeployNote[]): Promise<Settlement> {
  if (record.unchanged) return { status: 'done' }
  const found = await standingOf(context, record, notes)
  if (found.is === 'foreign') return { status: 'foreign', reason: `${releaseName(record)}: ${found.reason}` }
  if (!isBack(found))
    return found.is === 'ours' && found.state === 'deployed' ? { status: 'none' } : { status: 'partial', reason: describe(record, found) }
  const { left } = await remainsOf(context, record)
  return left.length === 0 ? { status: 'done' } : { status: 'partial', reason: `still to be gone: ${left.join(', ')}` }
}

export function verifyUndoRelease(context: DeployContext, record: ReleaseRecord, notes: readonly DeployNote[]): Promise<Observation> {
  return look(releaseName(record), async () => {
    if (record.unchanged) return pass(`${releaseName(record)} was not touched`)
    const found = await standingOf(context, record, notes)
    if (found.is === 'foreign') return fail(`${releaseName(record)}: ${found.reason}`)
    if (!isBack(found)) return pending(describe(record, found))
    const { left, kept } = await remainsOf(context, record)
    if (left.length > 0) return pending(`still there: ${left.join(', ')}`)
    const why = await notAsBefore(context, record, found.newest)
    if (why !== undefined) return fail(why)
    const back = record.before === null ? 'is gone' : `is at the manifest of revision ${record.before.revision} again`
    return { ...pass(`${releaseName(record)} ${back}`), ...(kept.length > 0 && { left: kept }) }
  })
}

export function undoByHand({ plan }: DeployContext, { release, namespace, before, unchanged }: ReleaseRecord): readonly string[] {
  if (unchanged) return []
  const context = plan.targets.kubernetes?.context
  const flags = `-n ${namespace}${context === undefined || context.includes('${') ? '' : ` --kube-context ${context}`}`
  return [
    `helm history ${release} ${flags}   # is the last revision this run's?`,
    before === null ? `helm uninstall ${release} ${flags}` : `helm rollback ${release} ${before.revision} ${flags}`,
  ]
}

const isBack = (found: Exclude<Standing, { is: 'foreign' }>): boolean =>
  found.is === 'before' || (found.is === 'rolled-back' && found.state === 'deployed')

const describe = (record: ReleaseRecord, found: Exclude<Standing, { is: 'foreign' }>): string =>
  `revision ${found.newest} of ${releaseName(record)} is ${found.is === 'ours' ? "still this run's" : 'a rollback under way'}`

async function notAsBefore(context: DeployContext, record: ReleaseRecord, newest: number): Promise<string | undefined> {
  if (record.before === null) return undefined
  const { manifest } = await helmOf(context).contents(releaseOf(record), newest)
  if (manifest.trim() === record.before.manifest.trim()) return undefined
  return `${releaseName(record)} was rolled back, but its manifest is not that of revision ${record.before.revision}`
}
