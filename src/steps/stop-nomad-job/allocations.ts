import { describeAllocation, healthOf, outOfSight, unfinished } from '../../domain/allocations.ts'
import { formatDuration } from '../../domain/duration.ts'
import type { NomadAllocation } from '../../domain/ports/index.ts'
import { ProblemError } from '../../domain/problem.ts'
import { visitSite } from '../../domain/visit-site.ts'
import type { StopContext, StopRecord } from './record.ts'

const DEFAULT_TIMEOUT_MS = 5 * 60_000
/** At least this between polls, however often the blocking query wakes us (facts: Kubernetes 8 holds here too: a poll is the truth). */
const POLL_MS = 250

/** Until every allocation has ended. Rejects when one goes out of sight or time runs out; the stop itself has then happened. */
export async function followToTheEnd(context: StopContext, record: StopRecord): Promise<void> {
  await poll(context, 'allocations to end', async () => {
    const allocations = watched(await context.ports.nomad.allocations(record.id), record)
    const gone = outOfSight(allocations)
    if (gone.length > 0) throw new ProblemError(lost(record, gone))
    return unfinished(allocations).map(describeAllocation)
  })
}

/** Until the job runs again, whole and healthy; where visitors are without an answer meanwhile, until it runs. */
export async function waitUntilBack(context: StopContext, record: StopRecord): Promise<void> {
  await poll(context, `job ${record.id} to be healthy`, async () => {
    const job = await context.ports.nomad.job(record.id)
    if (job === undefined || job.stop) return [`job ${record.id} is ${job === undefined ? 'absent' : 'stopped'}`]
    const { healthy, running, wanted, placed, failed } = healthOf(job, await context.ports.nomad.allocations(record.id))
    if (healthy >= wanted || (running >= placed && (await visitorsSuffer(context)))) return []
    return [`${healthy} of ${wanted} allocations are healthy`, ...failed]
  })
}

/**
 * Visitors are where a finished step led them, and get no right answer there: each second counts. The undo of that step proves the old side
 * before it moves them, so that nothing is lost by not waiting for Nomad to call the job healthy.
 */
export async function visitorsSuffer(context: StopContext): Promise<boolean> {
  if (!context.standing.some((check) => check.about === 'traefik-route' && check.side === 'new')) return false
  return (await visitSite(context)).verdict === 'pending'
}

/** The allocations that a stop has to wait for. */
export const watched = (allocations: readonly NomadAllocation[], record: StopRecord): readonly NomadAllocation[] =>
  allocations.filter((each) => !record.lostBefore.includes(each.id))

/** Asks until nothing is outstanding, at most for the step's timeout. */
async function poll(context: StopContext, what: string, outstanding: () => Promise<readonly string[]>): Promise<void> {
  const { clock, nomad } = context.ports
  const timeout = context.spec.timeout ?? DEFAULT_TIMEOUT_MS
  const end = clock.monotonic() + timeout
  for (;;) {
    const left = await outstanding()
    if (left.length === 0) return
    const remaining = end - clock.monotonic()
    if (remaining <= 0) throw new ProblemError(tooLate(context, what, timeout, left))
    context.progress(`waiting for ${what}: ${left[0] ?? ''}`)
    const asked = clock.monotonic()
    await nomad.waitForChange(context.spec.job, Math.min(10_000, remaining), context.signal)
    const early = POLL_MS - (clock.monotonic() - asked)
    if (early > 0) await clock.sleep(Math.min(early, remaining), context.signal)
  }
}

const lost = (record: StopRecord, gone: readonly NomadAllocation[]) => ({
  code: 'allocation-lost',
  summary: `nobody can say whether ${gone.length === 1 ? 'an allocation' : `${gone.length} allocations`} of job ${record.id} still run: their node does not answer`,
  details: gone.map(describeAllocation),
  next: ['nomad node status   # bring the node back, or make sure that it is off, then run again'],
  effect: 'unknown' as const,
})

const tooLate = (context: StopContext, what: string, timeout: number, left: readonly string[]) => ({
  code: 'nomad-timeout',
  summary: `waited ${formatDuration(timeout)} for ${what}, in vain`,
  attempted: `follow the allocations of job ${context.spec.job}`,
  details: left,
  next: [`nomad job status ${context.spec.job}`, 'run again when it has settled: it goes on from here'],
  effect: 'unknown' as const,
})
