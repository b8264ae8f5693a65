import { ProblemError } from '../../../domain/problem.ts'
import type { Note, Settlement } from '../../../domain/step-kind.ts'
import { chartOf } from '../chart.ts'
import type { DeployContext, DeployNote } from '../record.ts'
import { settledStanding } from './pending.ts'
import { changedSince, helmOf } from './problems.ts'
import type { ReleaseRecord } from './record.ts'
import { marksOf, releaseName } from './record.ts'
import { standingOf } from './standing.ts'
import { takeBack, untilGone } from './take-back.ts'

/** One revision more; none where ours is there already. Helm does not wait: the step's gate does. */
export async function applyRelease(
  context: DeployContext,
  record: ReleaseRecord,
  note: Note<DeployNote>,
  notes: readonly DeployNote[],
): Promise<void> {
  if (record.unchanged) return
  const found = await settledStanding(context, record, notes)
  if (found.is === 'foreign') throw new ProblemError(changedSince(record, found.reason, 'no'))
  if (found.is === 'ours' && found.state === 'deployed') return
  if (!('state' in found) || found.state !== 'pending') return upgrade(context, record, notes, found.newest)
  // A killed helm leaves its revision locked: helm upgrades it only after it was taken back.
  await takeBack(context, record, found.newest, note)
  await untilGone(context, record)
  const free = await standingOf(context, record, notes)
  if (free.is === 'foreign') throw new ProblemError(changedSince(record, free.reason, 'unknown'))
  await upgrade(context, record, notes, free.newest)
}

async function upgrade(context: DeployContext, record: ReleaseRecord, notes: readonly DeployNote[], newest: number): Promise<void> {
  const { helm } = context.spec
  if (!helm) throw new Error('a release comes of a chart')
  const chart = await chartOf(helm, { ...context, namespace: record.namespace })
  context.progress(`helm upgrades ${releaseName(record)}`)
  await helmOf(context).upgrade(chart, { ...marksOf(context, newest + 1), createNamespace: record.createsNamespace })
  const after = await standingOf(context, record, notes)
  if (after.is === 'ours' && after.state === 'deployed') return
  const reason = after.is === 'foreign' ? after.reason : `revision ${after.newest} is not the one that helm has just made`
  throw new ProblemError(changedSince(record, reason, 'unknown'))
}

export async function settleRelease(context: DeployContext, record: ReleaseRecord, notes: readonly DeployNote[]): Promise<Settlement> {
  if (record.unchanged) return { status: 'done' }
  const found = await standingOf(context, record, notes)
  if (found.is === 'foreign') return { status: 'foreign', reason: `${releaseName(record)}: ${found.reason}` }
  if (found.is !== 'ours') return { status: 'none' }
  if (found.state === 'deployed') return { status: 'done' }
  return { status: 'partial', reason: `revision ${found.newest} of ${releaseName(record)} is ${found.state}` }
}
