import type { JsonObject } from '../../../domain/json.ts'
import type { LabResponse } from '../../contract.ts'
import { alreadyExists, badRequest } from '../answers.ts'
import { at, textOf } from '../json.ts'
import { updateObject } from '../ownership.ts'
import { getStored, timestamp } from '../store.ts'
import type { KubernetesWorld } from '../world.ts'
import type { Target } from './target.ts'
import { targetKey } from './target.ts'
import { commit, emptyObject, prepare } from './write.ts'

/** POST to a collection. */
export function createObject(world: KubernetesWorld, collection: Target, query: URLSearchParams, body: JsonObject): LabResponse {
  const name = textOf(at(body, 'metadata', 'name'))
  if (name === '') return badRequest('name or generateName is required')
  const target: Target = { ...collection, name }
  const { resource } = target
  if (getStored(world, targetKey(target)) !== undefined) return alreadyExists(resource, name)
  const dryRun = query.get('dryRun') === 'All'
  const object = prepare(world, target, body, undefined, dryRun)
  const writer = {
    manager: query.get('fieldManager') ?? 'unknown',
    operation: 'Update',
    apiVersion: resource.apiVersion,
    time: timestamp(target.now),
  } as const
  const { managers } = updateObject(emptyObject(resource), object, resource.schema, [], writer)
  return commit(world, target, { live: undefined, object, managers, dryRun, createdStatus: 201 })
}
