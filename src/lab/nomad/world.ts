import type { JsonObject } from '../../domain/json.ts'
import { placed } from './allocations.ts'
import { idOf } from './ids.ts'
import { fillJob, taskGroups } from './job-document.ts'
import { textOf } from './json-fields.ts'

/** All that the lab's Nomad knows, as data that survives the process. Times are milliseconds since the epoch. */
export interface NomadWorld {
  readonly version: string
  readonly region: string
  readonly node: string
  readonly namespaces: string[]
  /** Off: every request may do everything, as on a real server without ACL. */
  readonly acl: boolean
  readonly tokens: NomadWorldToken[]
  readonly policies: NomadWorldPolicy[]
  readonly application: { readonly body: string }
  /** The raft index: grows by one with each change. */
  index: number
  /** Requests that were allowed to change something; a dry run leaves it alone. */
  writes: number
  /** The index of each table's last change, where no row can tell. */
  readonly tables: Record<'jobs' | 'allocations' | 'evaluations' | 'deployments' | 'scaling', number>
  jobs: NomadWorldJob[]
  allocations: NomadWorldAllocation[]
  evaluations: NomadWorldEvaluation[]
  deployments: NomadWorldDeployment[]
  /** The node's last drain; since then nothing is placed on it. */
  drain?: NomadWorldDrain
}

export interface NomadWorldDrain {
  readonly meta: JsonObject
  readonly accessor: string
  readonly startedAt: number
  readonly updatedAt: number
  readonly modifyIndex: number
}

export interface NomadWorldToken {
  readonly accessor: string
  readonly secret: string
  readonly name: string
  readonly type: 'management' | 'client'
  readonly policies: readonly string[]
  readonly expiresAt?: number
}

export interface NomadWorldPolicy {
  readonly name: string
  /** HCL, as the API shows it; the lab itself decides by `grants` and `node`. */
  readonly rules: string
  /** `*` grants in every namespace that has no rule of its own name. */
  readonly grants: readonly { readonly namespace: string; readonly capabilities: readonly string[] }[]
  readonly node?: 'read' | 'write'
}

export interface NomadWorldJob {
  readonly namespace: string
  readonly id: string
  /** Newest first; the first is the job. */
  versions: JsonObject[]
  submissions: { readonly version: number; readonly submission: JsonObject }[]
}

export interface NomadWorldAllocation {
  readonly id: string
  readonly namespace: string
  readonly job: string
  readonly group: string
  /** `job.group[0]`. */
  readonly name: string
  readonly version: number
  readonly evaluation: string
  readonly tasks: readonly string[]
  readonly createdAt: number
  readonly createIndex: number
  modifyIndex: number
  modifiedAt: number
  desired: 'run' | 'stop'
  client: 'pending' | 'running' | 'complete'
  healthy: boolean
  /** When it will run, be healthy, be killed. */
  startAt: number
  healthyAt: number
  killAt?: number
  stoppedAt?: number
  /** The job's shutdown_delay, where the lab waits less; milliseconds. */
  shortenedDelay?: number
  finishedAt?: number
  /** Why it was told to end, where it was not that its job was stopped. */
  why?: string
}

export interface NomadWorldEvaluation {
  readonly id: string
  readonly namespace: string
  readonly job: string
  readonly trigger: 'job-register' | 'job-deregister'
  readonly createdAt: number
  readonly createIndex: number
}

export interface NomadWorldDeployment {
  readonly id: string
  readonly namespace: string
  readonly job: string
  readonly version: number
  readonly createIndex: number
  modifyIndex: number
  status: 'running' | 'successful' | 'cancelled'
}

export interface NomadWorldOptions {
  /** Jobs as one would submit them; they run from the start. One with `ParentID` is a child of that job. */
  readonly jobs: readonly JsonObject[]
  /** What an allocation answers to every request. */
  readonly application: { readonly body: string }
  /** Secret of a management token; without any token ACL is off. */
  readonly token?: string
  readonly tokens?: readonly NomadWorldToken[]
  readonly policies?: readonly NomadWorldPolicy[]
  /** Beside `default` and those of the jobs. */
  readonly namespaces?: readonly string[]
  /** When the jobs were started, milliseconds since the epoch. */
  readonly since?: number
}

/** A server whose jobs have been running for long. */
export function initialNomadWorld(options: NomadWorldOptions): NomadWorld {
  const management: NomadWorldToken[] =
    options.token === undefined
      ? []
      : [{ accessor: idOf('token', 0), secret: options.token, name: 'Bootstrap Token', type: 'management', policies: [] }]
  const tokens = [...management, ...(options.tokens ?? [])]
  const jobs = options.jobs.map((job) => fillJob(job))
  const world: NomadWorld = {
    version: '1.11.3',
    region: 'global',
    node: 'lab',
    namespaces: [...new Set(['default', ...(options.namespaces ?? []), ...jobs.map((job) => textOf(job['Namespace']))])],
    acl: tokens.length > 0,
    tokens,
    policies: [...(options.policies ?? [])],
    application: options.application,
    index: 10,
    writes: 0,
    tables: { jobs: 0, allocations: 0, evaluations: 0, deployments: 0, scaling: 1 },
    jobs: [],
    allocations: [],
    evaluations: [],
    deployments: [],
  }
  for (const [at, job] of jobs.entries()) addRunning(world, job, textOf(options.jobs[at]?.['ParentID']), options.since ?? 0)
  return world
}

function addRunning(world: NomadWorld, job: JsonObject, parent: string, since: number): void {
  const index = (world.index += 1)
  const document = {
    ...job,
    ParentID: parent,
    CreateIndex: index,
    ModifyIndex: index,
    JobModifyIndex: index,
    Version: 0,
    Stable: true,
    SubmitTime: since * 1e6,
  }
  const [namespace, id] = [textOf(job['Namespace']), textOf(job['ID'])]
  world.jobs.push({ namespace, id, versions: [document], submissions: [] })
  world.tables.jobs = index
  if (job['Periodic'] !== null || job['ParameterizedJob'] !== null) return
  for (const group of taskGroups(document)) {
    for (const allocation of placed(world, {
      namespace,
      id,
      version: 0,
      group,
      evaluation: idOf('evaluation', index),
      at: since,
      after: since,
    })) {
      world.allocations.push({ ...allocation, client: 'running', healthy: true })
    }
  }
  world.deployments.push({
    id: idOf('deployment', index),
    namespace,
    job: id,
    version: 0,
    createIndex: index,
    modifyIndex: index,
    status: 'successful',
  })
  world.tables.allocations = world.tables.deployments = world.index
}
