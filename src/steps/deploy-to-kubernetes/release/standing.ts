import type { HelmRevision } from '../../../domain/ports/helm.ts'
import type { DeployContext, DeployNote } from '../record.ts'
import { helmOf } from './problems.ts'
import type { ReleaseRecord } from './record.ts'
import { marksOf, releaseOf } from './record.ts'

/** The newest revision of a release, and whose it is. */
export type Standing =
  /** As before: the revision that there was, or none. */
  | { readonly is: 'before'; readonly newest: number }
  /** Ours. `pending`: helm is at work on it, or was killed. */
  | { readonly is: 'ours'; readonly state: 'deployed' | 'pending' | 'failed'; readonly newest: number; readonly updated: number }
  /** Back at the revision before, by ours or by anybody's rollback. */
  | { readonly is: 'rolled-back'; readonly state: 'deployed' | 'pending' | 'failed'; readonly newest: number; readonly updated: number }
  | { readonly is: 'foreign'; readonly reason: string }

/** Who has the last word on the release. */
export async function standingOf(context: DeployContext, record: ReleaseRecord, notes: readonly DeployNote[]): Promise<Standing> {
  const newest = (await helmOf(context).history(releaseOf(record))).at(-1)
  const { before } = record
  if (newest === undefined || newest.status === 'uninstalled')
    return before === null ? { is: 'before', newest: newest?.revision ?? 0 } : { is: 'foreign', reason: 'it was uninstalled' }
  const found = { state: stateOf(newest), newest: newest.revision, updated: newest.updated }
  if (before !== null && newest.revision === before.revision) return { is: 'before', newest: newest.revision }
  if (before !== null && isRollback(newest, before.revision, notes)) return { is: 'rolled-back', ...found }
  if (await isOurs(context, record, newest)) return { is: 'ours', ...found }
  return { is: 'foreign', reason: `revision ${newest.revision} is not this run's: ${newest.description} (${newest.status})` }
}

function stateOf({ status }: HelmRevision): 'deployed' | 'pending' | 'failed' {
  if (status === 'failed') return 'failed'
  return status.startsWith('pending-') || status === 'uninstalling' ? 'pending' : 'deployed'
}

/** Helm describes a rollback by its target, until it fails. */
const isRollback = ({ revision, status, description }: HelmRevision, target: number, notes: readonly DeployNote[]): boolean =>
  description === `Rollback to ${target}` ||
  (status === 'failed' && notes.some((each) => each.did === 'rolling-back' && each.revision === revision))

/** The description is ours once it is complete; before that, and when it has failed, the labels are, with its own number. */
async function isOurs(context: DeployContext, record: ReleaseRecord, { revision, status, description }: HelmRevision): Promise<boolean> {
  const marks = marksOf(context, revision)
  if (description === marks.description) return true
  return status !== 'deployed' && status !== 'superseded' && helmOf(context).newestHas(releaseOf(record), marks.labels)
}
