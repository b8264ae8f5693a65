import type { Json, JsonObject } from '../../domain/json.ts'
import { placed, stopAllocation } from './allocations.ts'
import { idOf } from './ids.ts'
import { fillJob, specification, taskGroups, withScaling } from './job-document.ts'
import { isObject, textOf } from './json-fields.ts'
import type { NomadWorld, NomadWorldJob } from './world.ts'

export function findJob(world: NomadWorld, namespace: string, id: string): NomadWorldJob | undefined {
  return world.jobs.find((each) => each.namespace === namespace && each.id === id)
}

/** The job as `/v1/job/:id` answers: the newest version, with the status that its allocations give it. */
export function currentJob(world: NomadWorld, job: NomadWorldJob): JsonObject {
  const document = job.versions[0] ?? {}
  return { ...document, Status: statusOf(world, job, document) }
}

/** A stopped job is `dead` at once, while its allocations still drain (facts: Nomad 2; recorded as job-draining). */
function statusOf(world: NomadWorld, job: NomadWorldJob, document: JsonObject): string {
  if (document['Stop'] === true) return 'dead'
  if (document['Periodic'] !== null || document['ParameterizedJob'] !== null || document['Type'] === 'system') return 'running'
  return world.allocations.some((each) => each.namespace === job.namespace && each.job === job.id && each.desired === 'run')
    ? 'running'
    : 'pending'
}

/** What `EnforceIndex` says against a registration; undefined when it may go on. */
export function enforcementError(existing: NomadWorldJob | undefined, body: JsonObject): string | undefined {
  if (body['EnforceIndex'] !== true) return undefined
  const wanted = Number(body['JobModifyIndex'] ?? 0)
  const found = Number(existing?.versions[0]?.['JobModifyIndex'] ?? 0)
  if (existing === undefined) return wanted === 0 ? undefined : `Enforcing job modify index ${wanted}: job does not exist`
  if (wanted === 0) return 'Enforcing job modify index 0: job already exists'
  return wanted === found ? undefined : `Enforcing job modify index ${wanted}: job exists with conflicting job modify index: ${found}`
}

export interface Registration {
  readonly job: JsonObject
  readonly namespace: string
  readonly submission: Json | undefined
  readonly accessor: string
  readonly now: number
}

/** Registers, and returns the body of the answer. An unchanged job is only evaluated. */
export function registerJob(world: NomadWorld, { job, namespace, submission, accessor, now }: Registration): JsonObject {
  const id = textOf(job['ID'])
  const existing = findJob(world, namespace, id)
  const before = existing?.versions[0]
  const document = { ...fillJob({ ...job, Namespace: namespace }), NomadTokenID: accessor }
  const index = (world.index += 1)
  if (before !== undefined && specification(before) === specification(document)) {
    return registered(evaluate(world, existing, 'job-register', now, index), index, Number(before['ModifyIndex']))
  }
  const version = before === undefined ? 0 : Number(before['Version']) + 1
  const next = {
    ...document,
    Version: version,
    CreateIndex: before?.['CreateIndex'] ?? index,
    ModifyIndex: index,
    JobModifyIndex: index,
    SubmitTime: now * 1e6,
  }
  const target: NomadWorldJob = existing ?? { namespace, id, versions: [], submissions: [] }
  if (existing === undefined) world.jobs.push(target)
  target.versions = [next, ...target.versions]
  if (isObject(submission)) target.submissions.push({ version, submission })
  world.tables.jobs = world.tables.scaling = index
  const evaluation = evaluate(world, target, 'job-register', now, index)
  if (evaluation !== '') deploy(world, target, next, evaluation, now)
  return registered(evaluation, index, index)
}

/** The old version's allocations go, the new one's come. */
function deploy(world: NomadWorld, { namespace, id }: NomadWorldJob, document: JsonObject, evaluation: string, now: number): void {
  const version = Number(document['Version'])
  for (const group of taskGroups(document)) {
    const old = world.allocations.filter(
      (each) => each.namespace === namespace && each.job === id && each.group === group.name && each.desired === 'run',
    )
    const after = Math.max(now, ...old.map((each) => stopAllocation(world, each, group.shutdownDelay, now)))
    world.allocations.push(...placed(world, { namespace, id, version, group, evaluation, at: now, after }))
  }
  const index = (world.index += 1)
  world.deployments.push({
    id: idOf('deployment', index),
    namespace,
    job: id,
    version,
    createIndex: index,
    modifyIndex: index,
    status: 'running',
  })
  world.tables.allocations = world.tables.deployments = index
}

/** Stops a job (a new version with `Stop`), or lets it and its allocations vanish. The body of the answer. */
export function deregisterJob(world: NomadWorld, namespace: string, id: string, purge: boolean, now: number): JsonObject {
  const job = findJob(world, namespace, id)
  const before = job?.versions[0]
  if (job === undefined || before === undefined) return deregistered('', 0)
  const index = (world.index += 1)
  const evaluation = evaluate(world, job, 'job-deregister', now, index)
  for (const group of taskGroups(before)) {
    for (const each of world.allocations.filter(
      (allocation) => allocation.namespace === namespace && allocation.job === id && allocation.group === group.name,
    )) {
      if (each.client !== 'complete') stopAllocation(world, each, group.shutdownDelay, now)
    }
  }
  if (purge) {
    world.jobs = world.jobs.filter((each) => each !== job)
    world.allocations = world.allocations.filter((each) => each.namespace !== namespace || each.job !== id)
    world.deployments = world.deployments.filter((each) => each.namespace !== namespace || each.job !== id)
  } else {
    const stopped = {
      ...withScaling(before, false),
      Stop: true,
      Stable: false,
      Version: Number(before['Version']) + 1,
      ModifyIndex: index,
      JobModifyIndex: index,
      SubmitTime: now * 1e6,
    }
    job.versions = [stopped, ...job.versions]
    const deployment = world.deployments.findLast((each) => each.namespace === namespace && each.job === id)
    if (deployment?.status === 'running') deployment.status = 'cancelled'
  }
  world.tables.jobs = world.tables.scaling = index
  world.tables.allocations = world.tables.deployments = world.index
  return deregistered(evaluation, index)
}

/** The new evaluation's id; periodic and parameterized jobs get none. */
function evaluate(
  world: NomadWorld,
  job: NomadWorldJob | undefined,
  trigger: 'job-register' | 'job-deregister',
  now: number,
  index: number,
): string {
  const document = job?.versions[0]
  if (job === undefined || document?.['Periodic'] !== null || document['ParameterizedJob'] !== null) return ''
  const id = idOf('evaluation', index)
  world.evaluations.push({
    id,
    namespace: job.namespace,
    job: job.id,
    trigger,
    createdAt: now,
    createIndex: index,
  })
  world.tables.evaluations = index
  return id
}

const registered = (evaluation: string, index: number, jobModifyIndex: number): JsonObject => ({
  EvalID: evaluation,
  EvalCreateIndex: evaluation === '' ? 0 : index,
  JobModifyIndex: jobModifyIndex,
  Warnings: '',
  Index: index,
  LastContact: 0,
  KnownLeader: false,
  NextToken: '',
})

const deregistered = (evaluation: string, index: number): JsonObject => ({
  EvalID: evaluation,
  EvalCreateIndex: index,
  JobModifyIndex: index,
  VolumeEvalID: '',
  VolumeEvalIndex: 0,
  Index: index,
  LastContact: 0,
  KnownLeader: false,
  NextToken: '',
})

/** Tags a version; text: why not. */
export function tagVersion(
  world: NomadWorld,
  job: NomadWorldJob | undefined,
  id: string,
  tag: { readonly name: string; readonly description: string; readonly version: number },
  now: number,
): JsonObject | string {
  const version = job?.versions.find((each) => each['Version'] === tag.version)
  if (job === undefined || version === undefined) return `job "${id}" version ${tag.version} not found`
  const elsewhere = job.versions.find((each) => isObject(each['VersionTag']) && each['VersionTag']['Name'] === tag.name && each !== version)
  if (elsewhere !== undefined) return `tag "${tag.name}" already exists on a different version of job "${id}"`
  const index = (world.tables.jobs = world.index += 1)
  const VersionTag = { Name: tag.name, Description: tag.description, TaggedTime: now * 1e6 }
  job.versions = job.versions.map((each) => (each === version ? { ...each, VersionTag } : each))
  return { ...VersionTag, Index: index, LastContact: 0, KnownLeader: false, NextToken: '' }
}

/** Takes the tag off the newest version that has it: a stop copies the tag to the version that it makes, so that two may. */
export function untagVersion(world: NomadWorld, job: NomadWorldJob | undefined, id: string, name: string): JsonObject | string {
  const tagged = job?.versions.find((each) => isObject(each['VersionTag']) && each['VersionTag']['Name'] === name)
  if (job === undefined || tagged === undefined) return `tag "${name}" not found on job "${id}"`
  const index = (world.tables.jobs = world.index += 1)
  job.versions = job.versions.map((each) => (each === tagged ? { ...each, VersionTag: null } : each))
  return { Name: '', Description: '', TaggedTime: 0, Index: index, LastContact: 0, KnownLeader: false, NextToken: '' }
}
