import { z } from 'zod'
import { describeAllocation, outOfSight, unfinished } from '../domain/allocations.ts'
import type { Change, Preview } from '../domain/change.ts'
import { DEFAULT_GATE_POLICY } from '../domain/gate-policy.ts'
import type { JsonObject } from '../domain/json.ts'
import { look } from '../domain/look.ts'
import type { Observation } from '../domain/observation.ts'
import { combine, pass, pending } from '../domain/observation.ts'
import type { NomadSubmission } from '../domain/ports/index.ts'
import { ProblemError } from '../domain/problem.ts'
import type { ActingStepKind, Settlement, StepContext } from '../domain/step-kind.ts'
import { visitSite } from '../domain/visit-site.ts'
import { name } from './fields.ts'
import { findings } from './finding.ts'
import type { Recorded } from './recorded.ts'
import { recorded } from './recorded.ts'
import { settling } from './settling.ts'
import { jobFiles } from './stop-nomad-job.ts'
import { allowed, PURGE, READ } from './stop-nomad-job/preflight.ts'
import type { StopRecord } from './stop-nomad-job/record.ts'
import { definitionOf } from './stop-nomad-job/record.ts'

type PurgeSpec = { readonly job: string }
type PurgeContext = StepContext<PurgeSpec>

/** The job as it was before it vanished; null where there was none. */
type PurgeRecord = { readonly id: string; readonly job: JsonObject | null; readonly submission: Recorded<NomadSubmission> | null }
type PurgeNote = { readonly did: 'purging' }

const spec: z.ZodType<PurgeSpec> = z.strictObject({ job: name('ID of the job; it must be stopped, with every allocation ended') })

export const purgeNomadJob: ActingStepKind<PurgeSpec, PurgeRecord, PurgeNote> = {
  nature: 'acts',
  kind: 'purge-nomad-job',
  summary: 'Removes a stopped job and its allocations from Nomad for good',
  spec,
  example: { job: 'jayne-martin-counselling' },
  targets: ['nomad'],
  traffic: () => ({ forward: [{ do: 'stop', side: 'old' }], back: 'irreversible' }),
  preflight: ({ ports }) => findings('Nomad', () => allowed(ports.nomad, [READ, PURGE])),
  defaultGate: () => ({ ...DEFAULT_GATE_POLICY, interval: 500, timeout: 30_000, successThreshold: 2 }),
  preview,
  apply,
  settle: (context, record) => settling(() => settle(context, record)),
  verify: async (context, record) =>
    combine(await Promise.all([look(`job ${record.id}`, () => observeGone(context, record)), visitSite(context, 'new')])),
  undo: { irreversible: 'a purged job and its allocations are gone from Nomad for good' },
  confirmation: ({ job }) => job,
  restoreFiles: async (_context, { id, job, submission }) => (job === null ? [] : jobFiles({ id, job, submission })),
}

async function preview(context: PurgeContext, predicted: readonly Change[]): Promise<Preview<PurgeRecord>> {
  const { nomad } = context.ports
  const id = context.spec.job
  const job = await nomad.job(id)
  const basis = [{ name: `nomad job ${id}`, value: job === undefined ? 'absent' : definitionOf(job.raw) }]
  if (job === undefined) return { changes: [], undoRecord: { id, job: null, submission: null }, basis }
  const willStop = predicted.some((change) => change.system === 'nomad' && change.object === `job ${id}` && change.action === 'stop')
  if (!job.stop && !willStop) throw new ProblemError(notStopped(id, ['the job is running']))
  const submission = await latestSubmission(context, job.version)
  return {
    changes: [{ system: 'nomad', object: `job ${id}`, action: 'delete', before: { type: job.type, namespace: job.namespace } }],
    undoRecord: recorded<PurgeRecord>({ id, job: job.raw, submission }),
    basis,
  }
}

/** A stop makes a version without a source of its own: the one before it has the text that a person wrote. */
async function latestSubmission({ ports, spec: { job } }: PurgeContext, version: number): Promise<NomadSubmission | null> {
  const candidates = [version, version - 1].filter((each) => each >= 0)
  const found = await Promise.all(candidates.map((each) => ports.nomad.submission(job, each)))
  return found.find((each) => each !== undefined) ?? null
}

/** A purge takes the allocations out of Nomad's sight at once, running or not (facts: Nomad 3): so only when all have ended. */
async function apply(context: PurgeContext, record: PurgeRecord): Promise<void> {
  const { nomad } = context.ports
  const job = await nomad.job(record.id)
  if (job === undefined) return
  if (!job.stop) throw new ProblemError(notStopped(record.id, ['the job is running']))
  const excused = lostBeforeTheStop(context)
  const left = unfinished(await nomad.allocations(record.id)).filter((each) => !excused.includes(each.id))
  const lost = outOfSight(left)
  if (left.length > 0 && lost.length === left.length) throw new ProblemError(lostAllocations(record.id, lost.map(describeAllocation)))
  if (left.length > 0) throw new ProblemError(notStopped(record.id, left.map(describeAllocation)))
  await nomad.purge(record.id)
}

/** What an earlier step of the plan that stopped this job found out of sight before it came: nobody waits for that. */
const lostBeforeTheStop = ({ spec: { job }, plan, earlier }: PurgeContext): readonly string[] =>
  plan.steps.flatMap(({ id, kind }) => {
    const stopped = kind === 'stop-nomad-job' ? (earlier.get(id) as StopRecord | undefined) : undefined
    return stopped?.id === job ? stopped.lostBefore : []
  })

async function settle({ ports }: PurgeContext, record: PurgeRecord): Promise<Settlement> {
  const job = await ports.nomad.job(record.id)
  if (job === undefined) return { status: 'done' }
  return job.stop ? { status: 'none' } : { status: 'foreign', reason: `job ${record.id} is running again (version ${job.version})` }
}

async function observeGone({ ports }: PurgeContext, record: PurgeRecord): Promise<Observation> {
  const job = await ports.nomad.job(record.id)
  return job === undefined ? pass(`job ${record.id} is gone from Nomad`) : pending(`Nomad still knows job ${record.id}`)
}

const lostAllocations = (id: string, details: readonly string[]) => ({
  code: 'allocation-lost',
  summary: `job ${id} cannot be purged: nobody can say whether ${details.length === 1 ? 'an allocation' : `${details.length} allocations`} of it still run, their node does not answer`,
  details,
  next: [
    'nomad node status   # bring the node back, or make sure that it is off and nomad system gc, then run again',
    `nomad job status ${id}`,
  ],
  effect: 'no' as const,
})

const notStopped = (id: string, details: readonly string[]) => ({
  code: 'job-not-stopped',
  summary: `job ${id} cannot be purged while it, or one of its allocations, may run`,
  details,
  next: [`put a stop-nomad-job step before it`, `nomad job status ${id}`],
  effect: 'no' as const,
})
