import type { JsonObject } from '../../../domain/json.ts'
import type { LabResponse } from '../../contract.ts'
import { badRequest, conflict, invalid, outdated, uidWithoutObject, untypable } from '../answers.ts'
import { at, objectOf, textOf } from '../json.ts'
import type { Manager } from '../managed-fields.ts'
import { managersOf } from '../managed-fields.ts'
import { applyConfiguration, beforeFirstApply } from '../ownership.ts'
import { getStored, timestamp } from '../store.ts'
import { check } from '../typed/check.ts'
import type { KubernetesWorld } from '../world.ts'
import type { Target } from './target.ts'
import { targetKey } from './target.ts'
import { commit, emptyObject, prepare } from './write.ts'

/** Server-side apply. */
export function applyObject(world: KubernetesWorld, target: Target, query: URLSearchParams, config: JsonObject): LabResponse {
  const { resource, name } = target
  const manager = query.get('fieldManager') ?? ''
  if (manager === '') return noManager()
  const mismatch = mismatchOf(target, config)
  if (mismatch !== undefined) return badRequest(mismatch)
  const unknown = check(config, resource.schema)
  if (unknown !== undefined) return untypable(resource, textOf(at(config, 'metadata', 'namespace')), name, unknown)

  const live = getStored(world, targetKey(target))
  const early = precondition(target, config, live)
  if (early !== undefined) return early

  const now = timestamp(target.now)
  const applier = { manager, operation: 'Apply', apiVersion: resource.apiVersion, time: now } as const
  const base = live ?? emptyObject(resource)
  const result = applyConfiguration(
    base,
    withoutVersion(config),
    resource.schema,
    ownersOf(target, live, now),
    applier,
    query.get('force') === 'true',
  )
  if (result.conflicts !== undefined) return conflict(result.conflicts)
  const dryRun = query.get('dryRun') === 'All'
  const object = prepare(world, target, result.object, live, dryRun)
  return commit(world, target, { live, object, managers: result.managers, dryRun, createdStatus: 201 })
}

function ownersOf(target: Target, live: JsonObject | undefined, now: string): readonly Manager[] {
  if (live === undefined) return []
  const managers = managersOf(live)
  return managers.length > 0
    ? managers
    : [beforeFirstApply(live, target.resource.schema, emptyObject(target.resource), target.resource.apiVersion, now)]
}

function mismatchOf({ resource, name, namespace }: Target, config: JsonObject): string | undefined {
  const metadata = objectOf(config['metadata'])
  if (config['kind'] !== resource.kind || config['apiVersion'] !== resource.apiVersion) {
    const [group, version] = textOf(config['apiVersion']).includes('/')
      ? textOf(config['apiVersion']).split('/')
      : ['', textOf(config['apiVersion'])]
    return `invalid object type: ${group}/${version}, Kind=${textOf(config['kind'])}`
  }
  if (metadata['managedFields'] !== undefined) return 'metadata.managedFields must be nil'
  if (metadata['name'] !== undefined && metadata['name'] !== name)
    return `the name of the object (${textOf(metadata['name'])}) does not match the name on the URL (${name})`
  if (metadata['namespace'] !== undefined && metadata['namespace'] !== namespace)
    return 'the namespace of the provided object does not match the namespace sent on the request'
  return undefined
}

function precondition({ resource, name }: Target, config: JsonObject, live: JsonObject | undefined): LabResponse | undefined {
  const { uid, resourceVersion } = objectOf(config['metadata'])
  if (live === undefined && typeof uid === 'string') return uidWithoutObject(resource, name, uid)
  const outOfDate = live !== undefined && resourceVersion !== undefined && resourceVersion !== at(live, 'metadata', 'resourceVersion')
  return outOfDate ? outdated(resource, name) : undefined
}

function withoutVersion(config: JsonObject): JsonObject {
  const { resourceVersion: _, ...metadata } = objectOf(config['metadata'])
  return { ...config, metadata }
}

function noManager(): LabResponse {
  const cause = { reason: 'FieldValueRequired', message: 'Required value: is required for apply patch', field: 'fieldManager' }
  return invalid({ kind: 'PatchOptions', group: 'meta.k8s.io', name: '' }, [cause])
}
