import type { Json } from '../../domain/json.ts'
import type { CatalogInstance, LabResponse } from '../contract.ts'
import type { TaskGroup } from './job-document.ts'
import { taskGroups } from './job-document.ts'
import { findJob } from './jobs.ts'
import { isObject, textOf } from './json-fields.ts'
import type { NomadWorld, NomadWorldAllocation } from './world.ts'

/** Consul's view: services (provider consul) of the allocations whose checks pass and that nobody has stopped. */
export function catalogOf(world: NomadWorld): readonly CatalogInstance[] {
  const serving = world.allocations.filter((each) => each.client === 'running' && each.healthy && each.desired === 'run')
  return serving.flatMap((allocation) =>
    (groupOf(world, allocation)?.services ?? [])
      .filter((service) => service['Provider'] === 'consul')
      .map((service) => ({
        service: textOf(service['Name']),
        id: `_nomad-task-${allocation.id}-group-${allocation.group}-${textOf(service['Name'])}-${textOf(service['PortLabel'])}`,
        address: '127.0.0.1',
        port: 20_000 + (allocation.createIndex % 12_000),
        tags: texts(service['Tags']),
        connect: isObject(service['Connect']),
      })),
  )
}

/** The allocation answers until it is killed, also while it drains. */
export function answerOf(world: NomadWorld, instanceId: string): LabResponse | 'drop' {
  const allocation = world.allocations.find((each) => instanceId.startsWith(`_nomad-task-${each.id}-`))
  if (allocation?.client !== 'running') return 'drop'
  return { status: 200, headers: { 'content-type': 'text/html; charset=utf-8', 'x-served-by': 'nomad' }, body: world.application.body }
}

function groupOf(world: NomadWorld, { namespace, job, version, group }: NomadWorldAllocation): TaskGroup | undefined {
  const document = findJob(world, namespace, job)?.versions.find((each) => each['Version'] === version)
  return document && taskGroups(document).find((each) => each.name === group)
}

const texts = (value: Json | undefined): readonly string[] => (Array.isArray(value) ? (value as readonly Json[]).map(String) : [])
