import { z } from 'zod'
import { describeAllocation, healthOf, unfinished } from '../domain/allocations.ts'
import { DEFAULT_GATE_POLICY } from '../domain/gate-policy.ts'
import { look } from '../domain/look.ts'
import type { Observation } from '../domain/observation.ts'
import { pass, pending } from '../domain/observation.ts'
import type { LookingGateKind, StepContext } from '../domain/step-kind.ts'

const spec = z.strictObject({
  job: z.string().regex(/^\S+$/, 'a name without spaces').describe('ID of the job'),
  is: z
    .enum(['running', 'stopped'])
    .describe('`running`: all its allocations healthy; `stopped`: stopped or absent, every allocation ended'),
})
export type NomadJobSpec = z.output<typeof spec>
type Context = StepContext<NomadJobSpec>

export const nomadJob: LookingGateKind<NomadJobSpec> = {
  kind: 'nomad-job',
  summary: 'A Nomad job runs and is healthy, or is stopped with every allocation ended',
  spec,
  example: { job: 'jayne-martin-counselling', is: 'stopped' },
  targets: ['nomad'],
  describe: ({ job, is }) =>
    is === 'running' ? `job ${job} runs, all its allocations healthy` : `job ${job} is stopped, every allocation ended`,
  defaultPolicy: { ...DEFAULT_GATE_POLICY, interval: 1_000, timeout: 120_000 },
  observe: (context) => look(`job ${context.spec.job}`, () => (context.spec.is === 'running' ? running(context) : stopped(context))),
}

async function running({ spec: { job: id }, ports }: Context): Promise<Observation> {
  const job = await ports.nomad.job(id)
  if (job === undefined || job.stop) return pending(`job ${id} is ${job === undefined ? 'absent' : 'stopped'}`, { side: 'old' })
  const { healthy, wanted, failed } = healthOf(job, await ports.nomad.allocations(id))
  const reason = `${healthy} of ${wanted} allocations of job ${id} are healthy`
  return healthy >= wanted ? pass(reason) : pending(reason, { side: 'old', evidence: failed })
}

/** Absent or not: of a job that is gone, too, Nomad may still name an allocation that has not ended. */
async function stopped({ spec: { job: id }, ports }: Context): Promise<Observation> {
  const job = await ports.nomad.job(id)
  if (job !== undefined && !job.stop) return pending(`job ${id} is ${job.status}`)
  const left = unfinished(await ports.nomad.allocations(id))
  const absent = job === undefined
  return left.length === 0
    ? pass(absent ? `job ${id} is absent, and no allocation of it is left` : `job ${id} is stopped, its allocations have ended`)
    : pending(`${left.length} allocations of job ${id}${absent ? ', which is absent,' : ''} have not ended`, {
        evidence: left.map(describeAllocation),
      })
}
