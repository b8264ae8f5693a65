import type { Json, JsonObject } from '../../domain/json.ts'
import type { LabResponse } from '../contract.ts'
import type { Conflict } from './ownership.ts'
import { pathsOf } from './field-set.ts'
import type { Resource } from './resources.ts'
import { qualified, qualifiedKind } from './resources.ts'

export function json(status: number, body: Json): LabResponse {
  return {
    status,
    headers: { 'content-type': 'application/json', 'audit-id': 'lab', 'cache-control': 'no-cache, private' },
    body: `${JSON.stringify(body)}\n`,
  }
}

export const plain = (status: number, body: string): LabResponse => ({
  status,
  headers: { 'content-type': 'text/plain; charset=utf-8' },
  body,
})

/** A path of a group that nobody serves. */
export const pageNotFound = (): LabResponse => plain(404, '404 page not found\n')

/** The lab does not know what the real server would do, and does not guess. */
export const notImplemented = (what: string): LabResponse => plain(501, `the lab's Kubernetes does not know ${what}\n`)

export interface Cause {
  readonly reason: string
  readonly message: string
  readonly field: string
}

function failure(code: number, reason: string, message: string, details?: JsonObject): LabResponse {
  return json(code, {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message,
    ...(reason !== '' && { reason }),
    ...(details !== undefined && { details }),
    code,
  })
}

const detailsOf = (resource: Pick<Resource, 'group' | 'plural'>, name?: string): JsonObject => ({
  ...(name !== undefined && { name }),
  ...(resource.group !== '' && { group: resource.group }),
  kind: resource.plural,
})

export const unauthorized = (): LabResponse => failure(401, 'Unauthorized', 'Unauthorized')
export const badRequest = (message: string): LabResponse => failure(400, 'BadRequest', message)
export const unknownResource = (): LabResponse => failure(404, 'NotFound', 'the server could not find the requested resource', {})
export const methodNotAllowed = (): LabResponse =>
  failure(405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource', {})
export const unsupportedMediaType = (): LabResponse => failure(415, 'UnsupportedMediaType', '415: Unsupported Media Type', {})

export const notFound = (resource: Pick<Resource, 'group' | 'plural'>, name: string): LabResponse =>
  failure(404, 'NotFound', `${qualified(resource)} ${JSON.stringify(name)} not found`, detailsOf(resource, name))
export const alreadyExists = (resource: Resource, name: string): LabResponse =>
  failure(409, 'AlreadyExists', `${qualified(resource)} ${JSON.stringify(name)} already exists`, detailsOf(resource, name))

export function forbidden(
  user: string,
  verb: string,
  resource: Pick<Resource, 'group' | 'plural'>,
  namespace: string,
  name: string,
): LabResponse {
  const what = `${qualified(resource)}${name === '' ? '' : ` ${JSON.stringify(name)}`}`
  const place = namespace === '' ? 'at the cluster scope' : `in the namespace ${JSON.stringify(namespace)}`
  const message = `${what} is forbidden: User ${JSON.stringify(user)} cannot ${verb} resource ${JSON.stringify(resource.plural)} in API group ${JSON.stringify(resource.group)} ${place}`
  return failure(403, 'Forbidden', message, detailsOf(resource, name === '' ? undefined : name))
}

export const forbiddenPath = (user: string, verb: string, path: string): LabResponse =>
  failure(403, 'Forbidden', `forbidden: User ${JSON.stringify(user)} cannot ${verb} path ${JSON.stringify(path)}`, {})

export const outdated = (resource: Resource, name: string): LabResponse =>
  failure(
    409,
    'Conflict',
    `Operation cannot be fulfilled on ${qualified(resource)} ${JSON.stringify(name)}: the object has been modified; please apply your changes to the latest version and try again`,
    detailsOf(resource, name),
  )

export const uidWithoutObject = (resource: Resource, name: string, uid: string): LabResponse =>
  failure(
    409,
    'Conflict',
    `Operation cannot be fulfilled on ${qualified(resource)} ${JSON.stringify(name)}: uid mismatch: the provided object specified uid ${uid}, and no existing object was found`,
    detailsOf(resource, name),
  )

/** Of a delete's preconditions; here the server names the kind, not the resource. */
export function otherUid(resource: Resource, name: string, asked: string, found: string): LabResponse {
  const message = `Operation cannot be fulfilled on ${qualifiedKind(resource)} ${JSON.stringify(name)}: the UID in the precondition (${asked}) does not match the UID in record (${found}). The object might have been deleted and then recreated`
  return failure(409, 'Conflict', message, { name, ...(resource.group !== '' && { group: resource.group }), kind: resource.kind })
}

/** What the schema does not allow in an apply: an internal error, says the real server, and gives no reason. */
export const untypable = (resource: Resource, namespace: string, name: string, wrong: string): LabResponse =>
  failure(
    500,
    '',
    `failed to create typed patch object (${namespace}/${name}; ${resource.group === '' ? `/${resource.version}` : resource.apiVersion}, Kind=${resource.kind}): ${wrong}`,
  )

export function invalid(
  subject: { readonly kind: string; readonly group: string; readonly name: string },
  causes: readonly Cause[],
): LabResponse {
  const texts = causes.map((cause) => `${cause.field}: ${cause.message}`)
  const kind = subject.group === '' ? subject.kind : `${subject.kind}.${subject.group}`
  const message = `${kind} ${JSON.stringify(subject.name)} is invalid: ${texts.length === 1 ? texts.join('') : `[${texts.join(', ')}]`}`
  return failure(422, 'Invalid', message, {
    ...(subject.name !== '' && { name: subject.name }),
    ...(subject.group !== '' && { group: subject.group }),
    kind: subject.kind,
    causes: causes.map((each) => ({ ...each })),
  })
}

export function conflict(conflicts: readonly Conflict[]): LabResponse {
  const sorted = conflicts
    .toSorted((a, b) => (a.manager.manager < b.manager.manager ? -1 : 1))
    .map(({ manager, fields }) => ({ who: whoIs(manager), paths: pathsOf(fields) }))
  const causes = sorted.flatMap(({ who, paths }) =>
    paths.map((field) => ({ reason: 'FieldManagerConflict', message: `conflict with ${who}`, field })),
  )
  const first = causes[0]
  const text =
    causes.length === 1 && first !== undefined
      ? `${first.message}: ${first.field}`
      : sorted.map(({ who, paths }) => `conflicts with ${who}:\n${paths.map((path) => `- ${path}`).join('\n')}`).join('\n')
  return failure(409, 'Conflict', `Apply failed with ${causes.length} ${causes.length === 1 ? 'conflict' : 'conflicts'}: ${text}`, {
    causes,
  })
}

function whoIs(manager: Conflict['manager']): string {
  const subresource = manager.subresource === undefined ? '' : ` with subresource ${JSON.stringify(manager.subresource)}`
  return `${JSON.stringify(manager.manager)}${subresource}${manager.operation === 'Update' ? ` using ${manager.apiVersion}` : ''}`
}
