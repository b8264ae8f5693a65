import { z } from 'zod'
import { healthOf, unfinished } from '../domain/allocations.ts'
import { DEFAULT_GATE_POLICY } from '../domain/gate-policy.ts'
import { look } from '../domain/look.ts'
import type { Observation } from '../domain/observation.ts'
import { combine, fail, pass, pending } from '../domain/observation.ts'
import type { ActingStepKind, RestoreFile } from '../domain/step-kind.ts'
import { visitSite } from '../domain/visit-site.ts'
import { duration, name } from './fields.ts'
import { findings, passed } from './finding.ts'
import { settling } from './settling.ts'
import { watched } from './stop-nomad-job/allocations.ts'
import { applyStop, settleStop } from './stop-nomad-job/apply.ts'
import { allowed, READ, REGISTER, STOP } from './stop-nomad-job/preflight.ts'
import { previewStop } from './stop-nomad-job/preview.ts'
import { registrable } from './stop-nomad-job/record.ts'
import type { StopContext, StopNote, StopRecord, StopSpec } from './stop-nomad-job/record.ts'
import { undoStop } from './stop-nomad-job/undo.ts'

const spec: z.ZodType<StopSpec> = z.strictObject({
  job: name('ID of the job'),
  timeout: duration('How long its allocations may take to end, and on the way back to be healthy; 5m unless told').optional(),
})

export const stopNomadJob: ActingStepKind<StopSpec, StopRecord, StopNote> = {
  nature: 'acts',
  kind: 'stop-nomad-job',
  summary: 'Stops a Nomad job and follows its allocations to the end; the undo registers the saved job again',
  spec,
  example: { job: 'jayne-martin-counselling' },
  targets: ['nomad'],
  traffic: () => ({
    forward: [{ do: 'stop', side: 'old' }],
    back: [
      { do: 'start', side: 'old' },
      { do: 'prove', side: 'old' },
    ],
  }),
  preflight: (context) =>
    findings('Nomad', async () => {
      await previewStop(context)
      return [
        passed(`job ${context.spec.job} can be stopped and registered again`),
        ...(await allowed(context.ports.nomad, [READ, STOP, REGISTER])),
      ]
    }),
  defaultGate: () => ({ ...DEFAULT_GATE_POLICY, interval: 1_000, timeout: 120_000, successThreshold: 2 }),
  previewsAlone: true,
  preview: previewStop,
  apply: applyStop,
  settle: (...asked) => settling(() => settleStop(...asked)),
  verify: async (context, record) =>
    combine(await Promise.all([look(`job ${record.id}`, () => observeStopped(context, record)), visitSite(context, 'new')])),
  undo: undoStop,
  standing: (context, record) => [
    {
      about: 'nomad-job',
      side: 'old',
      what: `job ${record.id} stays stopped`,
      observe: () => look(`job ${record.id}`, () => observeStopped(context, record)),
    },
  ],
  standingUntil: (context) => [
    {
      about: 'old-side',
      side: 'old',
      what: `job ${context.spec.job} still runs`,
      observe: () => look(`job ${context.spec.job}`, () => observeRunning(context), 'old'),
    },
  ],
  restoreFiles: async (_context, record) => jobFiles(record),
}

/** Until it is stopped the job is the way back: started, and as many allocations healthy as it wants. */
async function observeRunning({ spec: { job: id }, ports }: StopContext): Promise<Observation> {
  const job = await ports.nomad.job(id)
  if (job === undefined || job.stop)
    return fail(`job ${id} is ${job === undefined ? 'gone' : 'stopped'}: the old side cannot answer`, { side: 'old' })
  const { healthy, wanted, failed: evidence } = healthOf(job, await ports.nomad.allocations(id))
  return healthy >= wanted
    ? pass(`job ${id} still runs: ${healthy} of ${wanted} allocations are healthy`)
    : pending(`job ${id}: ${healthy} of ${wanted} allocations are healthy`, { side: 'old', evidence })
}

/** Stopped, and every allocation over: a job's `dead` alone does not say so (facts: Nomad 2). */
async function observeStopped({ ports }: StopContext, record: StopRecord): Promise<Observation> {
  const job = await ports.nomad.job(record.id)
  if (job !== undefined && !job.stop)
    return fail(`job ${record.id} is started again (version ${job.version}): by Terraform, or by hand?`, { side: 'old' })
  const left = unfinished(watched(await ports.nomad.allocations(record.id), record))
  return left.length === 0
    ? pass(`job ${record.id} is stopped, its allocations have ended`)
    : pending(`${left.length} allocations of job ${record.id} have not ended`)
}

/** The job as it ran, for a person with the Nomad command line. */
export function jobFiles(record: Pick<StopRecord, 'id' | 'job' | 'submission'>): readonly RestoreFile[] {
  const text = (content: string): Uint8Array => new TextEncoder().encode(content)
  const path = `nomad/${record.id}.json`
  const job = {
    path,
    bytes: text(`${JSON.stringify(registrable(record.job), null, 2)}\n`),
    use: `nomad job run -json ${path}   # starts the job as it was`,
  }
  if (record.submission === null) return [job]
  const { source, format } = record.submission
  return [
    job,
    {
      path: `nomad/${record.id}.${format.startsWith('hcl') ? 'hcl' : 'source.json'}`,
      bytes: text(source),
      use: 'the source of the job as it was submitted',
    },
  ]
}
