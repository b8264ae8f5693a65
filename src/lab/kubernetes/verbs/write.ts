import type { JsonObject } from '../../../domain/json.ts'
import { canonicalJson } from '../../../domain/json.ts'
import type { LabResponse } from '../../contract.ts'
import { invalid, json, notFound } from '../answers.ts'
import { withAllocations, withServerDefaults } from '../defaults.ts'
import { isObject, numberOf, objectOf, textOf, withMembers } from '../json.ts'
import type { Manager } from '../managed-fields.ts'
import { managersOf, toManagedFields, withTimes } from '../managed-fields.ts'
import { takenNodePorts } from '../node-ports.ts'
import { getStored, keyText, nextUid, putStored, sameContent, timestamp } from '../store.ts'
import { validate } from '../validation.ts'
import type { KubernetesWorld } from '../world.ts'
import type { Target } from './target.ts'
import { targetKey } from './target.ts'

export interface Write {
  readonly live: JsonObject | undefined
  /** With defaults; metadata still as the client wants it. */
  readonly object: JsonObject
  readonly managers: readonly Manager[]
  readonly dryRun: boolean
  /** Of a write that changes the object: 201 for a new one by POST and apply. */
  readonly createdStatus: 201
}

/** The object as it would be stored before ownership is worked out: defaults and identity filled in. */
export function prepare(
  world: KubernetesWorld,
  target: Target,
  object: JsonObject,
  live: JsonObject | undefined,
  dryRun: boolean,
): JsonObject {
  const { resource, namespace, name } = target
  const old = objectOf(live?.['metadata'])
  const metadata = withMembers(objectOf(object['metadata']), {
    name: objectOf(object['metadata'])['name'] ?? name,
    ...(resource.namespaced && { namespace }),
    uid: objectOf(object['metadata'])['uid'] ?? old['uid'] ?? nextUid(world, dryRun),
    creationTimestamp: old['creationTimestamp'] ?? timestamp(target.now),
    resourceVersion: old['resourceVersion'],
    managedFields: undefined,
  })
  return withServerDefaults(resource, withoutEmptyMaps({ ...object, apiVersion: resource.apiVersion, kind: resource.kind, metadata }))
}

/** Go leaves an empty map out (`omitempty`). */
function withoutEmptyMaps(object: JsonObject): JsonObject {
  const filled = (members: JsonObject, ...names: readonly string[]): JsonObject =>
    Object.fromEntries(
      Object.entries(members).filter(([name, value]) => !names.includes(name) || !isObject(value) || Object.keys(value).length > 0),
    )
  return filled({ ...object, metadata: filled(objectOf(object['metadata']), 'labels', 'annotations') }, 'data', 'binaryData')
}

/** Validates, counts generations and stores; a dry run does all but store. */
export function commit(world: KubernetesWorld, target: Target, write: Write): LabResponse {
  const { resource } = target
  const { live, object } = write
  if (
    live === undefined &&
    resource.namespaced &&
    getStored(world, { resource: { group: '', plural: 'namespaces' }, namespace: '', name: target.namespace }) === undefined
  ) {
    return notFound({ group: '', plural: 'namespaces' }, target.namespace)
  }
  const taken = takenNodePorts(world, textOf(objectOf(object['metadata'])['uid']))
  const causes = validate(resource, object, live, { taken, dryRun: write.dryRun })
  if (causes.length > 0) return invalid({ kind: resource.kind, group: resource.group, name: target.name }, causes)
  const before = live === undefined ? [] : managersOf(live)
  const specChanged = live === undefined || canonicalJson(live['spec']) !== canonicalJson(object['spec'])
  const address = `10.43.${Math.floor(world.counter / 250) % 250}.${(world.counter % 250) + 1}`
  const next = {
    ...withAllocations(resource, object, address, taken),
    metadata: withMembers(objectOf(object['metadata']), {
      managedFields: toManagedFields(withTimes(write.managers, before, timestamp(target.now))),
      ...(resource.hasGeneration && { generation: generationAfter(live, specChanged) }),
    }),
  }
  if (live !== undefined && sameContent(live, next)) return json(200, live)
  const status = live === undefined ? write.createdStatus : 200
  if (write.dryRun) return json(status, next)
  const stored = putStored(world, targetKey(target), next)
  if (specChanged) world.touched[keyText(targetKey(target))] = target.now
  world.writes++
  return json(status, stored)
}

function generationAfter(live: JsonObject | undefined, specChanged: boolean): number {
  const before = numberOf(objectOf(live?.['metadata'])['generation'])
  return live === undefined ? 1 : before + (specChanged ? 1 : 0)
}

/** The kind's object before anything is in it: members that are never absent belong to nobody. */
export const emptyObject = (resource: Target['resource']): JsonObject =>
  resource.custom ? { metadata: {} } : embeddedObject(resource.schema)

function embeddedObject(schema: Target['resource']['schema']): JsonObject {
  const members = Object.entries(schema.fields).flatMap(([name, of]) =>
    of.type === 'struct' && of.always ? [[name, embeddedObject(of)] as const] : [],
  )
  return Object.fromEntries(members)
}
