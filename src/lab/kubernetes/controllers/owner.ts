import type { Json, JsonObject } from '../../../domain/json.ts'
import { at, textOf } from '../json.ts'

/** `ownerReferences` of what a controller makes for an object. */
export function ownedBy(owner: JsonObject): Json {
  return [
    {
      apiVersion: owner['apiVersion'],
      kind: owner['kind'],
      name: at(owner, 'metadata', 'name'),
      uid: at(owner, 'metadata', 'uid'),
      controller: true,
      blockOwnerDeletion: true,
    },
  ]
}

export const nameOf = (object: JsonObject): string => textOf(at(object, 'metadata', 'name'))
export const namespaceOf = (object: JsonObject): string => textOf(at(object, 'metadata', 'namespace'))
export const uidOf = (object: JsonObject): string => textOf(at(object, 'metadata', 'uid'))
export const isLeaving = (object: JsonObject): boolean => at(object, 'metadata', 'deletionTimestamp') !== undefined
