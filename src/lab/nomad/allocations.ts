import { formatDuration } from '../../domain/duration.ts'
import type { JsonObject } from '../../domain/json.ts'
import { idOf } from './ids.ts'
import type { TaskGroup } from './job-document.ts'
import type { NomadWorld, NomadWorldAllocation } from './world.ts'

const START_MS = 200
const HEALTHY_MS = 100
const KILL_MS = 50
/** A real shutdown_delay is 17 s and more behind a polling edge; the lab does not make anyone wait that long. */
export const LONGEST_SHUTDOWN_DELAY_MS = 2_000

export interface Placement {
  readonly namespace: string
  readonly id: string
  readonly version: number
  readonly group: TaskGroup
  readonly evaluation: string
  readonly at: number
  /** When the allocations it replaces are gone: a new one waits for them. */
  readonly after: number
}

/** New allocations of a group, one for each of its count. */
export function placed(world: NomadWorld, { namespace, id, version, group, evaluation, at, after }: Placement): NomadWorldAllocation[] {
  // The only node is not eligible: the job waits.
  if (world.drain !== undefined) return []
  return Array.from({ length: group.count }, (_, number) => {
    const index = (world.index += 1)
    const startAt = Math.max(at, after) + START_MS
    return {
      id: idOf('allocation', namespace, id, index),
      namespace,
      job: id,
      group: group.name,
      name: `${id}.${group.name}[${number}]`,
      version,
      evaluation,
      tasks: group.tasks,
      createdAt: at,
      createIndex: index,
      modifyIndex: index,
      modifiedAt: at,
      desired: 'run',
      client: 'pending',
      healthy: false,
      startAt,
      healthyAt: startAt + HEALTHY_MS,
    }
  })
}

/** Its services go at once, its tasks after the group's shutdown_delay (facts: Nomad 9). Returns when it will be gone. */
export function stopAllocation(world: NomadWorld, allocation: NomadWorldAllocation, shutdownDelay: number, now: number): number {
  if (allocation.desired === 'stop') return allocation.killAt ?? now
  const delay = allocation.client === 'running' ? Math.min(shutdownDelay, LONGEST_SHUTDOWN_DELAY_MS) : 0
  allocation.desired = 'stop'
  allocation.stoppedAt = now
  allocation.killAt = now + delay + KILL_MS
  if (delay > 0 && delay < shutdownDelay) allocation.shortenedDelay = shutdownDelay
  allocation.modifiedAt = now
  allocation.modifyIndex = world.tables.allocations = world.index += 1
  return allocation.killAt
}

/** When something becomes true of it next; undefined when it has come to rest. */
function dueAt(allocation: NomadWorldAllocation): number | undefined {
  if (allocation.client === 'complete') return undefined
  if (allocation.desired === 'stop') return allocation.killAt
  if (allocation.client === 'pending') return allocation.startAt
  return allocation.healthy ? undefined : allocation.healthyAt
}

/** The next moment at which the world changes by itself. */
export function nextDue(world: NomadWorld): number | undefined {
  const times = world.allocations.map(dueAt).filter((at) => at !== undefined)
  return times.length === 0 ? undefined : Math.min(...times)
}

/** Lets everything happen that was due by now, in its order. True when something did. */
export function advance(world: NomadWorld, now: number): boolean {
  let changed = false
  for (;;) {
    const due = nextDue(world)
    if (due === undefined || due > now) return changed
    for (const allocation of world.allocations.filter((each) => dueAt(each) === due)) step(world, allocation, due)
    changed = true
  }
}

function step(world: NomadWorld, allocation: NomadWorldAllocation, at: number): void {
  allocation.modifiedAt = at
  allocation.modifyIndex = world.tables.allocations = world.index += 1
  if (allocation.desired === 'stop') {
    allocation.client = 'complete'
    allocation.finishedAt = at
  } else if (allocation.client === 'pending') {
    allocation.client = 'running'
  } else {
    allocation.healthy = true
    finishDeployment(world, allocation)
  }
}

/** When all allocations of a version are healthy its deployment has succeeded and the version is stable. */
function finishDeployment(world: NomadWorld, { namespace, job, version }: NomadWorldAllocation): void {
  const mine = world.allocations.filter((each) => each.namespace === namespace && each.job === job && each.version === version)
  const deployment = world.deployments.findLast((each) => each.namespace === namespace && each.job === job && each.version === version)
  if (deployment?.status !== 'running' || mine.some((each) => each.desired === 'run' && !each.healthy)) return
  deployment.status = 'successful'
  deployment.modifyIndex = world.tables.deployments = world.index += 1
  const current = world.jobs.find((each) => each.namespace === namespace && each.id === job)
  if (current === undefined) return
  current.versions = current.versions.map((each) =>
    each['Version'] === version ? { ...each, Stable: true, ModifyIndex: world.index } : each,
  )
  world.tables.jobs = world.index
}

const DESCRIPTION: Readonly<Record<NomadWorldAllocation['client'], string>> = {
  pending: 'No tasks have started',
  running: 'Tasks are running',
  complete: 'All tasks have completed',
}

/** As `/v1/job/:id/allocations` lists it. */
export function allocationStub(world: NomadWorld, allocation: NomadWorldAllocation): JsonObject {
  const { client } = allocation
  const states = allocation.tasks.map((task) => [task, client === 'pending' ? undefined : taskState(allocation)] as const)
  return {
    ID: allocation.id,
    EvalID: allocation.evaluation,
    Name: allocation.name,
    Namespace: allocation.namespace,
    NodeID: idOf('node', world.node),
    NodeName: world.node,
    JobID: allocation.job,
    JobType: 'service',
    JobVersion: allocation.version,
    TaskGroup: allocation.group,
    DesiredStatus: allocation.desired,
    DesiredDescription: allocation.desired === 'stop' ? (allocation.why ?? 'alloc not needed as job is stopped') : '',
    ClientStatus: client,
    ClientDescription: DESCRIPTION[client],
    DeploymentStatus: allocation.healthy
      ? { Healthy: true, Timestamp: new Date(allocation.healthyAt).toISOString(), Canary: false, ModifyIndex: allocation.modifyIndex }
      : null,
    TaskStates: client === 'pending' ? null : Object.fromEntries(states),
    CreateIndex: allocation.createIndex,
    ModifyIndex: allocation.modifyIndex,
    CreateTime: allocation.createdAt * 1e6,
    ModifyTime: allocation.modifiedAt * 1e6,
  }
}

function taskState({ client, startAt, stoppedAt, finishedAt, shortenedDelay }: NomadWorldAllocation): JsonObject {
  const event = (Type: string, DisplayMessage: string, at: number): JsonObject => ({
    Type,
    DisplayMessage,
    Time: at * 1e6,
    FailsTask: false,
    ExitCode: 0,
  })
  const waiting = `Waiting ${formatDuration(LONGEST_SHUTDOWN_DELAY_MS)} before killing (shutdown_delay is ${formatDuration(shortenedDelay ?? 0)}, shortened by the lab)`
  return {
    State: client === 'complete' ? 'dead' : 'running',
    Failed: false,
    Restarts: 0,
    StartedAt: new Date(startAt).toISOString(),
    FinishedAt: finishedAt === undefined ? null : new Date(finishedAt).toISOString(),
    Events: [
      event('Started', 'Task started by client', startAt),
      ...(shortenedDelay === undefined ? [] : [event('Waiting', waiting, stoppedAt ?? startAt)]),
      ...(finishedAt === undefined ? [] : [event('Killed', 'Task successfully killed', finishedAt)]),
    ],
  }
}
