import type { JsonObject } from '../../../domain/json.ts'
import type { LabResponse } from '../../contract.ts'
import { notFound, notImplemented, outdated } from '../answers.ts'
import { at, mergePatch, objectOf } from '../json.ts'
import { managersOf } from '../managed-fields.ts'
import { updateObject } from '../ownership.ts'
import { getStored, timestamp } from '../store.ts'
import { check } from '../typed/check.ts'
import type { KubernetesWorld } from '../world.ts'
import type { Target } from './target.ts'
import { targetKey } from './target.ts'
import { commit, prepare } from './write.ts'

/** JSON merge patch. A `managedFields` in it becomes the ownership from which the patch's own changes are reckoned. */
export function mergeObject(world: KubernetesWorld, target: Target, query: URLSearchParams, patch: JsonObject): LabResponse {
  const { resource, name } = target
  const live = getStored(world, targetKey(target))
  if (live === undefined) return notFound(resource, name)
  const version = at(patch, 'metadata', 'resourceVersion')
  if (version !== undefined && version !== at(live, 'metadata', 'resourceVersion')) return outdated(resource, name)
  const merged = objectOf(mergePatch(live, patch))
  // The real server drops what it does not know, or refuses it under `Strict`; neither was needed.
  if (check(merged, resource.schema) !== undefined) return notImplemented('merge patches with unknown fields')
  const dryRun = query.get('dryRun') === 'All'
  const object = prepare(world, target, merged, live, dryRun)
  const writer = {
    manager: query.get('fieldManager') ?? 'unknown',
    operation: 'Update',
    apiVersion: resource.apiVersion,
    time: timestamp(target.now),
  } as const
  const { managers } = updateObject(live, object, resource.schema, managersOf(merged), writer)
  return commit(world, target, { live, object, managers, dryRun, createdStatus: 201 })
}
