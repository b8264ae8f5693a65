import type { Json, JsonObject } from '../../../src/domain/json.ts'
import { canonicalJson } from '../../../src/domain/json.ts'

/** What the lab must answer alike: everything but identities, times, addresses and the names that a cluster makes up. */
export function projected(body: Json): Json {
  if (!isObject(body)) return typeof body === 'string' ? body.trim() : body
  if (body['kind'] === 'Status') return status(body)
  if (Array.isArray(body['items']))
    return {
      kind: body['kind'] ?? null,
      apiVersion: body['apiVersion'] ?? null,
      items: inOrder(objects(body['items']).map((item) => object(item, kindOf(body).replace(/List$/, '')))),
    }
  return object(body, kindOf(body))
}

function status(body: JsonObject): Json {
  const details = body['details']
  // Some causes come twice; their order is Go's order of a map.
  const causes = isObject(details) ? [...new Set(objects(details['causes']).map((each) => JSON.stringify(each)))].toSorted() : []
  return masked({ ...body, ...(isObject(details) && { details: { ...details, ...(causes.length > 0 && { causes }) } }) })
}

function object(body: JsonObject, kind: string): Json {
  switch (kind) {
    case 'ReplicaSet':
      return {
        labels: keysOf(metadataOf(body)['labels']),
        owner: ownerKind(body),
        revision: annotation(body, 'deployment.kubernetes.io/revision'),
        replicas: member(body, 'spec')['replicas'] ?? null,
        status: masked(without(member(body, 'status'), 'terminatingReplicas')),
      }
    case 'Pod':
      return {
        labels: keysOf(metadataOf(body)['labels']),
        owner: ownerKind(body),
        phase: member(body, 'status')['phase'] ?? null,
        conditions: objects(member(body, 'status')['conditions']).map((each) => [each['type'] ?? null, each['status'] ?? null]),
        containers: objects(member(body, 'status')['containerStatuses']).map((each) => [
          each['name'] ?? null,
          each['ready'] ?? null,
          each['restartCount'] ?? null,
          keysOf(each['state']),
        ]),
      }
    case 'EndpointSlice':
      return {
        labels: keysOf(metadataOf(body)['labels']),
        owner: ownerKind(body),
        addressType: body['addressType'] ?? null,
        ports: body['ports'] ?? null,
        endpoints: objects(body['endpoints']).map((each) => [each['conditions'] ?? null, ownerOf(each['targetRef'])]),
      }
    case 'APIGroupList':
      return objects(body['groups'])
        .map((each) => JSON.stringify(each['name']))
        .toSorted()
    case 'APIResourceList':
      return {
        apiVersion: body['apiVersion'] ?? null,
        groupVersion: body['groupVersion'] ?? null,
        resources: objects(body['resources'])
          .map(({ name, singularName, namespaced, kind: of, shortNames }) =>
            JSON.stringify({ name, singularName, namespaced, kind: of, shortNames }),
          )
          .toSorted(),
      }
    case 'SelfSubjectAccessReview':
      return { spec: body['spec'] ?? null, status: body['status'] ?? null }
    default:
      return whole(body)
  }
}

function whole(body: JsonObject): Json {
  const metadata = metadataOf(body)
  const leaving = metadata['deletionTimestamp'] !== undefined
  return masked({
    ...body,
    metadata: {
      ...without(metadata, 'uid', 'resourceVersion', 'creationTimestamp', 'deletionTimestamp', 'managedFields'),
      leaving,
      owners: owners(metadata),
    },
    // A status in the middle of something depends on the millisecond; the address of an Ingress on the edge in front of it.
    status: leaving || body['kind'] === 'Ingress' ? null : (body['status'] ?? null),
  })
}

function owners(metadata: JsonObject): Json {
  return objects(metadata['managedFields'])
    .map((each) => ({
      manager: each['manager'] ?? null,
      operation: each['operation'] ?? null,
      apiVersion: each['apiVersion'] ?? null,
      fields: sorted(each['fieldsV1'] ?? null),
    }))
    .toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
}

const VOLATILE = new Set([
  'lastUpdateTime',
  'lastTransitionTime',
  'terminatingReplicas',
  'gitVersion',
  'major',
  'minor',
  'emulationMajor',
  'emulationMinor',
  'minCompatibilityMajor',
  'minCompatibilityMinor',
  'gitCommit',
  'buildDate',
  'goVersion',
  'compiler',
  'creationTimestamp',
  'collisionCount',
])

/** Identities and times replaced by their kind; members in order, so that equal means equal. */
function masked(value: Json): Json {
  if (typeof value === 'string') {
    return value
      .replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'UID')
      .replaceAll(/^10\.\d+\.\d+\.\d+$/g, 'ADDRESS')
      .replaceAll(/ReplicaSet "[^"]*"/g, 'ReplicaSet NAME')
  }
  if (Array.isArray(value)) return value.map((each: Json) => masked(each))
  if (!isObject(value)) return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name, each]) => !VOLATILE.has(name) && each !== undefined)
      .map(([name, each]) => [name, masked(each ?? null)]),
  )
}

function sorted(value: Json): Json {
  if (!isObject(value)) return value
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, each]) => [name, sorted(each ?? null)]),
  )
}

/** Names differ, and with them the order of a list. */
const inOrder = (items: readonly Json[]): readonly Json[] => items.toSorted((a, b) => (canonicalJson(a) < canonicalJson(b) ? -1 : 1))

const isObject = (value: unknown): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value)
const objects = (value: unknown): readonly JsonObject[] => (Array.isArray(value) ? value.filter(isObject) : [])
const member = (body: JsonObject, name: string): JsonObject => (isObject(body[name]) ? body[name] : {})
const metadataOf = (body: JsonObject): JsonObject => member(body, 'metadata')
const keysOf = (value: unknown): Json => (isObject(value) ? Object.keys(value).toSorted() : [])
const without = (value: JsonObject, ...names: readonly string[]): JsonObject =>
  Object.fromEntries(Object.entries(value).filter(([name]) => !names.includes(name)))
const annotation = (body: JsonObject, name: string): Json => member(metadataOf(body), 'annotations')[name] ?? null
const ownerKind = (body: JsonObject): Json => objects(metadataOf(body)['ownerReferences']).map((each) => each['kind'] ?? null)
const kindOf = (body: JsonObject): string => (typeof body['kind'] === 'string' ? body['kind'] : '')
const ownerOf = (value: unknown): Json => (isObject(value) ? (value['kind'] ?? null) : null)
