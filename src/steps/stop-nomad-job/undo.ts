import { healthOf } from '../../domain/allocations.ts'
import { look } from '../../domain/look.ts'
import type { Observation } from '../../domain/observation.ts'
import { combine, fail, pass, pending } from '../../domain/observation.ts'
import { ProblemError } from '../../domain/problem.ts'
import type { Note, Settlement, Undo } from '../../domain/step-kind.ts'
import { visitSite } from '../../domain/visit-site.ts'
import { visitorsSuffer, waitUntilBack } from './allocations.ts'
import { changed } from './apply.ts'
import { mayBeTagged, registrable, standingOf } from './record.ts'
import type { StopContext, StopNote, StopRecord, StopSpec } from './record.ts'
import { settling } from '../settling.ts'

export const undoStop: Undo<StopSpec, StopRecord, StopNote> = {
  apply,
  settle: (...asked) => settling(() => settle(...asked)),
  verify,
  manual,
}

/** Registers the saved job again, if what is there is what we left, and waits until it is healthy. */
async function apply(context: StopContext, record: StopRecord, notes: readonly StopNote[], note: Note<StopNote>): Promise<void> {
  if (record.alreadyStopped) return
  const { nomad } = context.ports
  const job = await nomad.job(record.id)
  const standing = standingOf(job, record, notes)
  if (standing === 'changed' || standing === 'stopped-by-other') throw new ProblemError({ ...changed(job, record), code: 'job-not-ours' })
  if (standing === 'stopped-by-us' || standing === 'absent') {
    await note({ did: 'registering' })
    const submission = record.submission ?? undefined
    const answer = await nomad.register(registrable(record.job), {
      enforceIndex: job?.jobModifyIndex ?? 0,
      ...(submission && { submission }),
    })
    if (answer.outcome === 'index-conflict')
      throw new ProblemError({ ...changed(await nomad.job(record.id), record), code: 'job-not-ours' })
    await note({ did: 'registered', jobModifyIndex: answer.jobModifyIndex })
  }
  if (standing !== 'running-as-before') await waitUntilBack(context, record)
  await untag(context, record, notes, note)
}

async function untag(context: StopContext, record: StopRecord, notes: readonly StopNote[], note: Note<StopNote>): Promise<void> {
  if (!mayBeTagged(notes)) return
  for (const each of notes) if (each.did === 'tagging') await context.ports.nomad.untagVersion(record.id, each.tag)
  await note({ did: 'untagged' })
}

async function settle(context: StopContext, record: StopRecord, notes: readonly StopNote[]): Promise<Settlement> {
  if (record.alreadyStopped) return { status: 'done' }
  const { nomad } = context.ports
  const job = await nomad.job(record.id)
  const standing = standingOf(job, record, notes)
  if (standing === 'stopped-by-us' || standing === 'absent') return { status: 'none' }
  // All of what apply did is still there: the tag.
  if (standing === 'running-as-before') return { status: mayBeTagged(notes) ? 'none' : 'done' }
  if (job === undefined || standing === 'changed' || standing === 'stopped-by-other') {
    return {
      status: 'foreign',
      reason: `job ${record.id} is ${job?.stop === true ? 'stopped' : `at version ${job?.version}`}, not by this run`,
    }
  }
  const { healthy, wanted } = healthOf(job, await nomad.allocations(record.id))
  if (healthy >= wanted && mayBeTagged(notes)) return { status: 'partial', reason: `job ${record.id} is healthy, and has our version tag` }
  return healthy >= wanted
    ? { status: 'done' }
    : { status: 'partial', reason: `${healthy} of ${wanted} allocations of job ${record.id} are healthy` }
}

/**
 * The job runs as before, and the old side answers where a finished step can ask it. Visitors are asked only where no finished step has led
 * them to the new side: that side may be dead, and the undo of that step is the cure.
 */
async function verify(context: StopContext, record: StopRecord, notes: readonly StopNote[]): Promise<Observation> {
  const oldSide = context.standing.filter((check) => check.about === 'old-side')
  const ledAway = oldSide.length > 0 || context.standing.some((check) => check.about === 'traefik-route')
  return combine(
    await Promise.all([
      look(`job ${record.id}`, () => observeJob(context, record, notes)),
      ...oldSide.map(async (check) => patient(await check.observe())),
      ...(ledAway ? [] : [visitSite(context)]),
    ]),
  )
}

async function observeJob(context: StopContext, record: StopRecord, notes: readonly StopNote[]): Promise<Observation> {
  const { nomad } = context.ports
  const job = await nomad.job(record.id)
  if (record.alreadyStopped) return pass(`job ${record.id} was stopped before and was left so`)
  if (job === undefined || job.stop) return pending(`job ${record.id} is ${job === undefined ? 'absent' : 'stopped'}`, { side: 'old' })
  const standing = standingOf(job, record, notes)
  if (standing === 'running-as-before') return pass(`job ${record.id} runs as before, it was never stopped`)
  if (standing === 'changed') return fail(`job ${record.id} runs, but as somebody else's version ${job.version}`, { side: 'old' })
  const { healthy, running, wanted, placed, failed } = healthOf(job, await nomad.allocations(record.id))
  const reason = `${healthy} of ${wanted} allocations of job ${record.id} are healthy`
  if (healthy < wanted && running >= placed && (await visitorsSuffer(context))) return passUnproven(record, running)
  return healthy >= wanted ? pass(reason) : pending(reason, { side: 'old', evidence: failed })
}

/** What was not waited for is said, and stays said in the report. */
const passUnproven = ({ id }: StopRecord, running: number): Observation => ({
  verdict: 'pass',
  reason: `${running} of ${running} allocations of job ${id} run; Nomad's own verdict was not waited for, because visitors get no right answer`,
  left: [`job ${id}: Nomad had not called its allocations healthy yet when the rollback went on; see nomad job status ${id}`],
})

/** The edge learns of new allocations only when it polls the catalog (facts: Traefik 20): a failing old side may still come. */
const patient = (seen: Observation): Observation =>
  seen.verdict === 'fail' ? pending(seen.reason, { side: 'old', ...(seen.evidence && { evidence: seen.evidence }) }) : seen

function manual(context: StopContext, record: StopRecord): readonly string[] {
  const namespace = context.plan.targets.nomad?.namespace
  const flag = namespace === undefined ? '' : ` -namespace ${namespace}`
  return [
    `nomad job revert${flag} ${record.id} ${record.version}   # starts it again as it was`,
    `nomad job run${flag} -json job.json                     # or, from the restore bundle or the undo record, when the version is gone`,
    `nomad job status${flag} ${record.id}`,
  ]
}
