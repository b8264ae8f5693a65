import type { NomadJob } from '../../domain/ports/index.ts'
import { ProblemError } from '../../domain/problem.ts'
import type { Note, Settlement } from '../../domain/step-kind.ts'
import { unfinished } from '../../domain/allocations.ts'
import { followToTheEnd, watched } from './allocations.ts'
import { unknownJob } from './preview.ts'
import { mayBeTagged, standingOf, tagOf } from './record.ts'
import type { StopContext, StopNote, StopRecord } from './record.ts'

export async function applyStop(context: StopContext, record: StopRecord, note: Note<StopNote>, notes: readonly StopNote[]): Promise<void> {
  if (record.alreadyStopped) return
  const job = await context.ports.nomad.job(record.id)
  if (job === undefined) throw new ProblemError(unknownJob(context))
  const standing = standingOf(job, record, notes)
  if (standing !== 'stopped-by-us') {
    // Once we were about to tag it, its version alone says whether it is the one that we looked at.
    const isSame = mayBeTagged(notes) || job.jobModifyIndex === record.jobModifyIndex
    if (standing !== 'running-as-before' || !isSame) throw new ProblemError(changed(job, record))
    await tag(context, record, note, notes)
    await stop(context, record, note)
  }
  await followToTheEnd(context, record)
}

/** What is running keeps its version: a stopped job is garbage-collected after hours, a tagged version is not (facts: Nomad 4, 5). */
async function tag(context: StopContext, record: StopRecord, note: Note<StopNote>, notes: readonly StopNote[]): Promise<void> {
  const name = tagOf(context.runId)
  // Whether a process that died about here has given it cannot be read: it is given anew.
  if (mayBeTagged(notes)) await context.ports.nomad.untagVersion(record.id, name)
  else await note({ did: 'tagging', tag: name })
  try {
    await context.ports.nomad.tagVersion(record.id, record.version, name, 'as it ran before jmc-migrate stopped it')
  } catch (thrown) {
    // Refused: there is nothing of ours to take away again.
    if (thrown instanceof ProblemError && thrown.problem.effect === 'no') await note({ did: 'untagged' })
    throw thrown
  }
}

/** The API has no compare-and-set for a stop (facts: Nomad 1): the index is read just before and the version just after. */
async function stop(context: StopContext, record: StopRecord, note: Note<StopNote>): Promise<void> {
  const { nomad } = context.ports
  await note({ did: 'stopping' })
  const before = await nomad.job(record.id)
  if (before === undefined || before.stop || before.version !== record.version) throw new ProblemError(changed(before, record))
  await nomad.stop(record.id)
  const after = await nomad.job(record.id)
  if (after === undefined || !after.stop || after.version !== record.version + 1) {
    throw new ProblemError({ ...changed(after, record), code: 'job-changed-meanwhile', effect: 'unknown' })
  }
  await note({ did: 'stopped', jobModifyIndex: after.jobModifyIndex })
}

export async function settleStop(context: StopContext, record: StopRecord, notes: readonly StopNote[]): Promise<Settlement> {
  if (record.alreadyStopped) return { status: 'done' }
  const { nomad } = context.ports
  const job = await nomad.job(record.id)
  switch (standingOf(job, record, notes)) {
    case 'running-as-before':
      return mayBeTagged(notes) ? { status: 'partial', reason: `job ${record.id} runs, and has our version tag` } : { status: 'none' }
    case 'stopped-by-us': {
      const left = unfinished(watched(await nomad.allocations(record.id), record))
      return left.length === 0
        ? { status: 'done' }
        : { status: 'partial', reason: `job ${record.id} is stopped, ${left.length} of its allocations have not ended` }
    }
    case 'running-again':
      return { status: 'none' }
    case 'stopped-by-other':
      return { status: 'foreign', reason: `job ${record.id} was stopped, but not by this run` }
    case 'changed':
      return { status: 'foreign', reason: `somebody registered version ${job?.version} of job ${record.id}` }
    case 'absent':
      return { status: 'foreign', reason: `job ${record.id} is gone from Nomad` }
  }
}

/** Somebody else changed the job since it was looked at. */
export const changed = (job: NomadJob | undefined, record: StopRecord) => ({
  code: 'job-changed',
  summary: `job ${record.id} is not what it was when it was looked at: version ${record.version}, now ${job === undefined ? 'absent' : `version ${job.version}${job.stop ? ', stopped' : ''}`}`,
  details: job === undefined ? [] : [`JobModifyIndex ${record.jobModifyIndex} before, ${job.jobModifyIndex} now`],
  next: [`nomad job history ${record.id}   # see who changed it`, 'run again: the step is previewed afresh'],
  effect: 'no' as const,
})
