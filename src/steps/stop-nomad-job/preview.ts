import { canonicalJson } from '../../domain/json.ts'
import type { JsonObject } from '../../domain/json.ts'
import { outOfSight } from '../../domain/allocations.ts'
import type { Preview } from '../../domain/change.ts'
import { formatDuration } from '../../domain/duration.ts'
import type { NomadJob } from '../../domain/ports/index.ts'
import { ProblemError } from '../../domain/problem.ts'
import { recorded } from '../recorded.ts'
import type { StopContext, StopRecord } from './record.ts'

/** A Consul Catalog edge polls every 15 s (facts: Traefik 20, Nomad 9). */
const CATALOG_DELAY_MS = 17_000

export async function previewStop(context: StopContext): Promise<Preview<StopRecord>> {
  const { nomad } = context.ports
  const job = await nomad.job(context.spec.job)
  if (job === undefined) throw new ProblemError(unknownJob(context))
  await refuseRunningChildren(context, job)
  const [submission, scalingPolicies, allocations] = await Promise.all([
    nomad.submission(job.id, job.version),
    nomad.scalingPolicies(job.id),
    nomad.allocations(job.id),
  ])
  const undoRecord = recorded<StopRecord>({
    id: job.id,
    job: job.raw,
    version: job.version,
    jobModifyIndex: job.jobModifyIndex,
    submission: submission ?? null,
    scalingPolicies,
    lostBefore: outOfSight(allocations).map((each) => each.id),
    alreadyStopped: job.stop,
  })
  const running = allocations.filter((each) => each.clientStatus === 'running').length
  return {
    changes: job.stop
      ? []
      : [
          {
            system: 'nomad',
            object: `job ${job.id}`,
            action: 'stop',
            before: { status: job.status, version: job.version, allocations: running },
            after: { status: 'dead', version: job.version + 1, allocations: 0 },
          },
        ],
    undoRecord,
    basis: [
      { name: `nomad job ${job.id}`, value: canonicalJson({ version: job.version, jobModifyIndex: job.jobModifyIndex, stop: job.stop }) },
    ],
    warnings: [...shutdownWarnings(job), ...scalingWarnings(scalingPolicies)],
  }
}

export const unknownJob = (context: StopContext) => ({
  code: 'unknown-job',
  summary: `Nomad has no job ${JSON.stringify(context.spec.job)}${context.plan.targets.nomad?.namespace === undefined ? '' : ` in namespace ${context.plan.targets.nomad.namespace}`}`,
  attempted: `read job ${context.spec.job}`,
  next: ['nomad job status   # lists the jobs of the namespace', 'correct the name of the job, or targets.nomad.namespace'],
  effect: 'no' as const,
})

/** Children of a periodic or parameterized parent survive its stop (facts: Nomad 8), so a running one is not left behind in silence. */
async function refuseRunningChildren(context: StopContext, job: NomadJob): Promise<void> {
  if (isNothing(job.raw['Periodic']) && isNothing(job.raw['ParameterizedJob'])) return
  const running = (await context.ports.nomad.children(job.id)).filter((child) => !child.stop && child.status !== 'dead')
  if (running.length === 0) return
  throw new ProblemError({
    code: 'running-children',
    summary: `job ${job.id} is ${isNothing(job.raw['Periodic']) ? 'parameterized' : 'periodic'} and ${running.length} of its children still run`,
    details: running.map((child) => `${child.id} is ${child.status}`),
    next: ['wait for them to end, or stop them first:', ...running.map((child) => `nomad job stop '${child.id}'`)],
    effect: 'no',
  })
}

/** Groups that the edge finds through the catalog and that go away before it can know. */
function shutdownWarnings(job: NomadJob): readonly string[] {
  return objects(job.raw['TaskGroups']).flatMap((group) => {
    const tasks = objects(group['Tasks'])
    const routed = [group, ...tasks]
      .flatMap((each) => objects(each['Services']))
      .some((service) => strings(service['Tags']).includes('traefik.enable=true'))
    const delayMs = Math.max(...[group, ...tasks].map((each) => Number(each['ShutdownDelay'] ?? 0) / 1e6))
    if (!routed || delayMs >= CATALOG_DELAY_MS) return []
    return [
      `group ${JSON.stringify(group['Name'] ?? '')} of job ${job.id} has a shutdown_delay of ${formatDuration(delayMs)}: under ${formatDuration(CATALOG_DELAY_MS)}, the time in which a Consul Catalog edge is sure to know that it is gone`,
    ]
  })
}

const scalingWarnings = (policies: readonly JsonObject[]): readonly string[] =>
  policies.length === 0
    ? []
    : [
        `a stop disables ${policies.length === 1 ? 'the scaling policy' : `the ${policies.length} scaling policies`} of the job; an undo registers the saved job, which enables what it says`,
      ]

const isNothing = (value: unknown): boolean => value === null || value === undefined
const objects = (value: unknown): readonly JsonObject[] => (Array.isArray(value) ? (value as readonly JsonObject[]) : [])
const strings = (value: unknown): readonly string[] => (Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [])
