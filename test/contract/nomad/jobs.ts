import { expect } from 'vitest'
import type { JsonObject } from '../../../src/domain/json.ts'
import type { NomadAllocation, NomadJob } from '../../../src/domain/ports/nomad.ts'
import type { ContractWorld } from '../world.ts'
import { eventually } from '../world.ts'

/** A job that runs in a moment: healthy after 100 ms, and serving for a second after it was stopped. `group` adds to its group. */
export const sleeper = (id: string, group: JsonObject = {}): JsonObject => ({
  ID: id,
  Name: id,
  Type: 'service',
  Datacenters: ['dc1'],
  TaskGroups: [
    {
      Name: 'web',
      Count: 1,
      ShutdownDelay: 1_000_000_000,
      Update: {
        MaxParallel: 1,
        HealthCheck: 'task_states',
        MinHealthyTime: 100_000_000,
        HealthyDeadline: 60_000_000_000,
        ProgressDeadline: 120_000_000_000,
      },
      Networks: [{ DynamicPorts: [{ Label: 'http' }] }],
      Services: [{ Name: id, PortLabel: 'http', Provider: 'nomad', Tags: ['contract'] }],
      Tasks: [
        { Name: 'server', Driver: 'raw_exec', Config: { command: '/bin/sleep', args: ['3600'] }, Resources: { CPU: 50, MemoryMB: 32 } },
      ],
      ...group,
    },
  ],
})

/** Registers it where it must be absent, and waits until it is healthy. */
export async function start(world: ContractWorld, job: JsonObject): Promise<NomadJob> {
  const nomad = world.nomad.as('management')
  const id = job['ID']
  if (typeof id !== 'string') throw new Error('the job has no ID')
  expect((await nomad.register(job, { enforceIndex: 0 })).outcome).toBe('registered')
  await untilHealthy(world, id)
  return theJob(world, id)
}

export const untilHealthy = (world: ContractWorld, id: string): Promise<readonly NomadAllocation[]> =>
  eventually(
    world,
    () => world.nomad.as('management').allocations(id),
    (all) => expect(all.filter((each) => each.desiredStatus === 'run')).toMatchObject([{ clientStatus: 'running', healthy: true }]),
  )

export const untilEnded = (world: ContractWorld, id: string): Promise<readonly NomadAllocation[]> =>
  eventually(
    world,
    () => world.nomad.as('management').allocations(id),
    (all) => expect(all.map((each) => each.clientStatus)).toEqual(all.map(() => 'complete')),
  )

export async function theJob(world: ContractWorld, id: string): Promise<NomadJob> {
  const job = await world.nomad.as('management').job(id)
  if (job === undefined) throw new Error(`there is no job ${id}`)
  return job
}

/** Ends a test's job for good. */
export async function remove(world: ContractWorld, id: string): Promise<void> {
  await world.nomad.as('management').stop(id)
  await untilEnded(world, id)
  await world.nomad.as('management').purge(id)
}
