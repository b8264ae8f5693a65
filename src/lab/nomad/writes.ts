import type { Json, JsonObject } from '../../domain/json.ts'
import type { LabRequest, LabResponse } from '../contract.ts'
import type { Access } from './access.ts'
import { forbidden, refused, written } from './answers.ts'
import { deregisterJob, enforcementError, findJob, registerJob, tagVersion, untagVersion } from './jobs.ts'
import { planJob } from './plan.ts'
import { isObject, textOf } from './json-fields.ts'
import type { NomadWorld } from './world.ts'

export interface Write {
  readonly world: NomadWorld
  readonly request: LabRequest
  readonly access: Access
  readonly namespace: string
  readonly now: number
}

/** The JSON object of a request's body; undefined when it is none. */
function bodyOf({ body }: LabRequest): JsonObject | undefined {
  try {
    const parsed: Json = JSON.parse(body)
    return isObject(parsed) ? parsed : undefined
  } catch {
    return undefined
  }
}

/** The submitted job, or why it is refused. `id`: what the path says it is. */
function jobIn(body: JsonObject | undefined, id: string | undefined, mismatch: string): JsonObject | LabResponse {
  const job = body?.['Job']
  if (!isObject(job)) return refused(400, 'Job must be specified')
  if (typeof job['ID'] !== 'string') return refused(400, "Job ID hasn't been provided")
  return id === undefined || job['ID'] === id ? job : refused(400, mismatch)
}

const isAnswer = (value: JsonObject | LabResponse): value is LabResponse =>
  typeof value['status'] === 'number' && typeof value['body'] === 'string'

/** `?namespace=` goes before what the job itself says. */
function namespaceFor({ request, namespace }: Write, job: JsonObject): string {
  return request.query.has('namespace') || typeof job['Namespace'] !== 'string' ? namespace : job['Namespace']
}

export function answerRegister(write: Write, id: string | undefined): LabResponse {
  const { world, access, now } = write
  const body = bodyOf(write.request)
  const job = jobIn(body, id, 'Job ID does not match name')
  if (isAnswer(job)) return job
  const namespace = namespaceFor(write, job)
  if (!world.namespaces.includes(namespace)) {
    return refused(500, `1 error occurred:\n\t* job "${textOf(job['ID'])}" is in nonexistent namespace "${namespace}"\n\n`)
  }
  if (!access.may(namespace, 'submit-job', 'register-job')) return forbidden()
  const conflict = enforcementError(findJob(world, namespace, textOf(job['ID'])), body ?? {})
  if (conflict !== undefined) return refused(500, conflict)
  world.writes += 1
  const answer = registerJob(world, { job, namespace, submission: body?.['Submission'], accessor: access.token.accessor, now })
  return written(answer, Number(answer['Index']))
}

export function answerPlan(write: Write, id: string): LabResponse {
  const job = jobIn(bodyOf(write.request), id, 'Job ID does not match')
  if (isAnswer(job)) return job
  const namespace = namespaceFor(write, job)
  if (!write.access.may(namespace, 'submit-job', 'plan-job')) return forbidden()
  const answer = planJob(write.world, findJob(write.world, namespace, id), { ...job, Namespace: namespace })
  return written(answer, Number(answer['Index']))
}

export function answerDeregister({ world, request, access, namespace, now }: Write, id: string): LabResponse {
  const purge = /^(1|t|true)$/i.test(request.query.get('purge') ?? '')
  if (!access.may(namespace, 'submit-job', 'purge-job', ...(purge ? [] : ['deregister-job']))) return forbidden()
  world.writes += 1
  const answer = deregisterJob(world, namespace, id, purge, now)
  return written(answer, Number(answer['Index']))
}

export function answerTag({ world, request, access, namespace, now }: Write, id: string, name: string): LabResponse {
  if (!access.may(namespace, 'submit-job', 'tag-job-version')) return forbidden()
  const job = findJob(world, namespace, id)
  const body = bodyOf(request) ?? {}
  const description = typeof body['Description'] === 'string' ? body['Description'] : ''
  const answer =
    request.method === 'DELETE'
      ? untagVersion(world, job, id, name)
      : tagVersion(world, job, id, { name, description, version: Number(body['Version'] ?? 0) }, now)
  if (typeof answer === 'string') return refused(500, answer)
  world.writes += 1
  return written(answer)
}
