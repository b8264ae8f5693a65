import type { Json, JsonObject } from '../../domain/json.ts'
import { allocationStub } from './allocations.ts'
import { idOf } from './ids.ts'
import { taskGroups } from './job-document.ts'
import { currentJob, findJob } from './jobs.ts'
import type { NomadWorld, NomadWorldDeployment, NomadWorldEvaluation, NomadWorldJob } from './world.ts'

/** A look at the world: what is there, or Nomad's words for "not there", and the index that it was true at. */
export interface Look {
  readonly index: number
  readonly body?: Json
  readonly absent?: string
}

export function lookAtJob(world: NomadWorld, namespace: string, id: string): Look {
  const job = findJob(world, namespace, id)
  if (job === undefined) return { index: world.tables.jobs, absent: 'job not found' }
  const body = currentJob(world, job)
  return { index: Number(body['ModifyIndex']), body }
}

export function lookAtJobs(world: NomadWorld, namespaces: (namespace: string) => boolean, prefix: string): Look {
  const jobs = world.jobs.filter((job) => namespaces(job.namespace) && job.id.startsWith(prefix))
  return { index: Math.max(world.tables.jobs, world.tables.allocations), body: jobs.map((job) => jobStub(world, job)) }
}

/** The list says no version. */
const STUB = [
  'ID',
  'ParentID',
  'Name',
  'Namespace',
  'Datacenters',
  'NodePool',
  'Type',
  'Priority',
  'Stop',
  'Status',
  'StatusDescription',
  'CreateIndex',
  'ModifyIndex',
  'JobModifyIndex',
  'SubmitTime',
]

function jobStub(world: NomadWorld, job: NomadWorldJob): JsonObject {
  const document = currentJob(world, job)
  return {
    ...Object.fromEntries(STUB.map((name) => [name, document[name]])),
    Periodic: document['Periodic'] !== null,
    ParameterizedJob: document['ParameterizedJob'] !== null,
  }
}

export function lookAtAllocations(world: NomadWorld, namespace: string, id: string): Look {
  const mine = world.allocations.filter((each) => each.namespace === namespace && each.job === id)
  return {
    index: mine.length === 0 ? world.tables.allocations : Math.max(...mine.map((each) => each.modifyIndex)),
    body: mine.map((each) => allocationStub(world, each)),
  }
}

export function lookAtVersions(world: NomadWorld, namespace: string, id: string): Look {
  const job = findJob(world, namespace, id)
  if (job === undefined) return { index: world.tables.jobs, absent: 'job versions not found' }
  const [, ...older] = job.versions
  const index = world.tables.jobs
  return {
    index,
    body: { Versions: [currentJob(world, job), ...older], Diffs: null, Index: index, LastContact: 0, KnownLeader: true, NextToken: '' },
  }
}

export function lookAtSubmission(world: NomadWorld, namespace: string, id: string, version: number): Look {
  const job = findJob(world, namespace, id)
  const found = job?.submissions.find((each) => each.version === version)
  if (found === undefined) return { index: 0, absent: 'job source not found' }
  const { submission } = found
  const index = Number(job?.versions.find((each) => each['Version'] === version)?.['JobModifyIndex'] ?? 0)
  const body = {
    Source: submission['Source'] ?? '',
    Format: submission['Format'] ?? '',
    VariableFlags: submission['VariableFlags'] ?? null,
    Variables: submission['Variables'] ?? '',
    Namespace: namespace,
    JobID: id,
    Version: version,
    JobModifyIndex: index,
  }
  return { index, body }
}

export function lookAtScaling(world: NomadWorld, namespace: string, id: string | null): Look {
  const jobs = world.jobs.filter((job) => job.namespace === namespace && (id === null || job.id === id))
  const body = jobs.flatMap((job) =>
    taskGroups(job.versions[0] ?? {}).flatMap(({ name, scaling }) =>
      scaling === undefined
        ? []
        : [
            {
              ID: idOf('scaling', job.namespace, job.id, name),
              Enabled: scaling['Enabled'],
              Type: scaling['Type'],
              Target: scaling['Target'],
              CreateIndex: job.versions[0]?.['CreateIndex'],
              ModifyIndex: job.versions[0]?.['JobModifyIndex'],
            },
          ],
    ),
  )
  return { index: world.tables.scaling, body }
}

export function lookAtEvaluations(world: NomadWorld, namespace: string, id: string): Look {
  const mine = world.evaluations.filter((each) => each.namespace === namespace && each.job === id)
  return { index: world.tables.evaluations, body: mine.toReversed().map(evaluationBody) }
}

export function lookAtEvaluation(world: NomadWorld, id: string): Look {
  const found = world.evaluations.find((each) => each.id === id)
  return found === undefined
    ? { index: world.tables.evaluations, absent: 'eval not found' }
    : { index: found.createIndex, body: evaluationBody(found) }
}

/** The lab's scheduler decides at once. */
const evaluationBody = (evaluation: NomadWorldEvaluation): JsonObject => ({
  ID: evaluation.id,
  Namespace: evaluation.namespace,
  Priority: 50,
  Type: 'service',
  TriggeredBy: evaluation.trigger,
  JobID: evaluation.job,
  Status: 'complete',
  CreateIndex: evaluation.createIndex,
  ModifyIndex: evaluation.createIndex,
  CreateTime: evaluation.createdAt * 1e6,
  ModifyTime: evaluation.createdAt * 1e6,
})

export function lookAtDeployment(world: NomadWorld, namespace: string, id: string): Look {
  const found = world.deployments.findLast((each) => each.namespace === namespace && each.job === id)
  return found === undefined ? { index: world.tables.deployments, body: null } : { index: found.modifyIndex, body: deploymentBody(found) }
}

const DEPLOYMENT: Readonly<Record<NomadWorldDeployment['status'], string>> = {
  running: 'Deployment is running',
  successful: 'Deployment completed successfully',
  cancelled: 'Cancelled because job is stopped',
}

const deploymentBody = (deployment: NomadWorldDeployment): JsonObject => ({
  ID: deployment.id,
  Namespace: deployment.namespace,
  JobID: deployment.job,
  JobVersion: deployment.version,
  Status: deployment.status,
  StatusDescription: DEPLOYMENT[deployment.status],
  CreateIndex: deployment.createIndex,
  ModifyIndex: deployment.modifyIndex,
})
