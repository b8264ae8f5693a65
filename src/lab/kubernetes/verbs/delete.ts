import type { JsonObject } from '../../../domain/json.ts'
import type { LabResponse } from '../../contract.ts'
import { json, notFound, notImplemented, otherUid } from '../answers.ts'
import { at, listOf, numberOf, objectOf, textOf } from '../json.ts'
import { getStored, keyText, putStored, removeStored, timestamp } from '../store.ts'
import type { KubernetesWorld } from '../world.ts'
import type { Target } from './target.ts'
import { targetKey } from './target.ts'

/** How long the garbage collector takes to find and end an object's dependants, milliseconds. */
const COLLECTION_MS = 50

/** DELETE of one object: in the foreground it stays, marked, until its dependants are gone; otherwise it goes at once and they follow. */
export function deleteStoredObject(world: KubernetesWorld, target: Target, query: URLSearchParams, options: JsonObject): LabResponse {
  const { resource, name, now } = target
  const key = targetKey(target)
  const live = getStored(world, key)
  if (live === undefined) return notFound(resource, name)
  if (resource.kind === 'Namespace') return notImplemented('deleting namespaces')
  const uid = textOf(at(live, 'metadata', 'uid'))
  const asked = at(options, 'preconditions', 'uid')
  if (typeof asked === 'string' && asked !== uid) return otherUid(resource, name, asked, uid)

  const foreground = (options['propagationPolicy'] ?? query.get('propagationPolicy')) === 'Foreground'
  const marked = foreground ? markForDeletion(live, now, resource.hasGeneration) : live
  if (query.get('dryRun') === 'All' || listOf(options['dryRun']).includes('All')) return json(200, marked)
  if (!foreground) {
    world.writes++
    removeStored(world, key)
    return json(200, live)
  }
  if (at(live, 'metadata', 'deletionTimestamp') !== undefined) return json(200, live)
  world.writes++
  world.leaving[keyText(key)] = now + COLLECTION_MS
  return json(200, putStored(world, key, marked))
}

function markForDeletion(live: JsonObject, now: number, hasGeneration: boolean): JsonObject {
  const metadata = objectOf(live['metadata'])
  if (metadata['deletionTimestamp'] !== undefined) return live
  return {
    ...live,
    metadata: {
      ...metadata,
      deletionTimestamp: timestamp(now),
      deletionGracePeriodSeconds: 0,
      finalizers: [...listOf(metadata['finalizers']), 'foregroundDeletion'],
      ...(hasGeneration && { generation: numberOf(metadata['generation']) + 1 }),
    },
  }
}
