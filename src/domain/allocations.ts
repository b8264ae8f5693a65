import type { JsonObject } from './json.ts'
import type { NomadAllocation, NomadJob } from './ports/nomad.ts'

/** Over, for certain. `lost` is not among them: its node does not answer, its tasks may still run (facts: Nomad 2). */
const ENDED: ReadonlySet<string> = new Set(['complete', 'failed'])

/** Allocations that still run, or may. */
export function unfinished<Allocation extends NomadAllocation>(allocations: readonly Allocation[]): readonly Allocation[] {
  return allocations.filter((each) => !ENDED.has(each.clientStatus))
}

/** Allocations whose node does not answer: nobody can say whether they still run. */
export function outOfSight(allocations: readonly NomadAllocation[]): readonly NomadAllocation[] {
  return allocations.filter((each) => each.clientStatus === 'lost' || each.clientStatus === 'unknown')
}

export interface AllocationHealth {
  /** How many allocations of the job's present version are running and healthy, or, of a batch job, have ended well. */
  readonly healthy: number
  /** How many of them run; Nomad calls one healthy only after a while (`min_healthy_time`, 10 s unless the job says otherwise). */
  readonly running: number
  /** How many there should be; at least 1. */
  readonly wanted: number
  /** How many of these have a place: all, but of a system job with nodes that have no room; at least 1. */
  readonly placed: number
  /** Failed ones of the present version, and what has kept others from being placed, each a line of evidence. */
  readonly failed: readonly string[]
}

/** How well the job's present version runs. */
export function healthOf(job: NomadJob, allocations: readonly NomadAllocation[]): AllocationHealth {
  const current = allocations.filter((each) => each.jobVersion === job.version && each.desiredStatus === 'run')
  // One that ended well has done what a batch job is for.
  const done = current.filter((each) => each.clientStatus === 'complete' && BATCH.has(job.type)).length
  const running = current.filter((each) => each.clientStatus === 'running')
  const healthy = running.filter((each) => each.healthy === true)
  const failed = allocations.filter((each) => each.jobVersion === job.version && each.clientStatus === 'failed')
  return {
    healthy: healthy.length + done,
    running: running.length + done,
    wanted: Math.max(1, wantedOf(job, current)),
    placed: Math.max(1, wantedOf({ ...job, unplaced: undefined }, current)),
    failed: [...failed.map(describeAllocation), ...(job.unplaced === undefined ? [] : [`at least one more is to come: ${job.unplaced}`])],
  }
}

/** `website.jmc[0] (3f2a…) is failed on node-1: Exit Code: 137`. */
export function describeAllocation(allocation: NomadAllocation): string {
  const event = allocation.tasks.map((task) => task.lastEvent).find((each) => each !== undefined)
  return `${allocation.name} (${allocation.id.slice(0, 8)}) is ${allocation.clientStatus} on ${allocation.node}${event === undefined ? '' : `: ${event}`}`
}

const BATCH: ReadonlySet<string> = new Set(['batch', 'sysbatch'])

/** System jobs run wherever there is a node that suits them; the others say how many they want. */
export const runsOnEveryNode = ({ type }: Pick<NomadJob, 'type'>): boolean => type === 'system' || type === 'sysbatch'

function wantedOf(
  job: Pick<NomadJob, 'type' | 'raw'> & { readonly unplaced?: string | undefined },
  current: readonly NomadAllocation[],
): number {
  if (runsOnEveryNode(job)) return current.length + (job.unplaced === undefined ? 0 : 1)
  const groups = Array.isArray(job.raw['TaskGroups']) ? (job.raw['TaskGroups'] as readonly JsonObject[]) : []
  return groups.reduce((sum, group) => sum + (typeof group['Count'] === 'number' ? group['Count'] : 1), 0)
}
