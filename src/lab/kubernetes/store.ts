import { createHash } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import type { JsonObject } from '../../domain/json.ts'
import { at, objectOf, objectsOf, textOf, without } from './json.ts'
import type { Resource } from './resources.ts'
import type { KubernetesWorld } from './world.ts'

export interface Key {
  readonly resource: Pick<Resource, 'group' | 'plural'>
  /** '' for cluster-scoped kinds. */
  readonly namespace: string
  readonly name: string
}

export const keyText = ({ resource, namespace, name }: Key): string => `${resource.group}/${resource.plural}|${namespace}|${name}`

export const getStored = (world: KubernetesWorld, key: Key): JsonObject | undefined => world.objects[keyText(key)]

/** All of a resource, in one namespace or everywhere, by namespace and name. */
export function listStored(
  world: KubernetesWorld,
  resource: Pick<Resource, 'group' | 'plural'>,
  namespace?: string,
): readonly JsonObject[] {
  const prefix = `${resource.group}/${resource.plural}|${namespace === undefined ? '' : `${namespace}|`}`
  return Object.keys(world.objects)
    .filter((key) => key.startsWith(prefix))
    .toSorted()
    .map((key) => objectOf(world.objects[key]))
}

/** Stores an object under a new resourceVersion; one that is the same as before stays as it is. Returns what is stored. */
export function putStored(world: KubernetesWorld, key: Key, object: JsonObject): JsonObject {
  const text = keyText(key)
  const before = world.objects[text]
  if (before !== undefined && sameContent(before, object)) return before
  world.resourceVersion++
  const stored = { ...object, metadata: { ...objectOf(object['metadata']), resourceVersion: String(world.resourceVersion) } }
  world.objects[text] = stored
  return stored
}

/** Removes an object and, as the garbage collector does, everything that it owns. */
export function removeStored(world: KubernetesWorld, key: Key): void {
  const text = keyText(key)
  const object = world.objects[text]
  if (object === undefined) return
  world.resourceVersion++
  delete world.objects[text]
  delete world.touched[text]
  delete world.leaving[text]
  const uid = textOf(at(object, 'metadata', 'uid'))
  delete world.pods[uid]
  for (const dependant of dependantsOf(world, uid)) removeStored(world, dependant)
}

export function dependantsOf(world: KubernetesWorld, uid: string): readonly Key[] {
  return Object.entries(world.objects).flatMap(([text, object]) => (isOwnedBy(object, uid) ? [parseKey(text)] : []))
}

export const isOwnedBy = (object: JsonObject, uid: string): boolean =>
  objectsOf(at(object, 'metadata', 'ownerReferences')).some((owner) => owner['uid'] === uid)

export function parseKey(text: string): Key {
  const [resource = '', namespace = '', name = ''] = text.split('|')
  const slash = resource.indexOf('/')
  return { resource: { group: resource.slice(0, slash), plural: resource.slice(slash + 1) }, namespace, name }
}

/** Equal but for the version itself. */
export function sameContent(a: JsonObject, b: JsonObject): boolean {
  const content = (object: JsonObject): JsonObject => ({ ...object, metadata: without(objectOf(object['metadata']), 'resourceVersion') })
  return isDeepStrictEqual(content(a), content(b))
}

/** The next of a row of UIDs that is the same in each run; `peek` leaves the row where it is, for a dry run. */
export function nextUid(world: KubernetesWorld, peek = false): string {
  const number = world.counter + 1
  if (!peek) world.counter = number
  const hash = createHash('sha256').update(`uid ${number}`).digest('hex')
  return `${hash.slice(0, 8)}-${hash.slice(8, 12)}-4${hash.slice(13, 16)}-8${hash.slice(17, 20)}-${hash.slice(20, 32)}`
}

/** Five characters like those that the API server puts after a generateName. */
export function nameSuffix(seed: string, length = 5): string {
  const alphabet = 'bcdfghjklmnpqrstvwxz2456789'
  return [...createHash('sha256').update(seed).digest().subarray(0, length)].map((byte) => alphabet.charAt(byte % alphabet.length)).join('')
}

/** RFC 3339 to the second, as `metav1.Time`. */
export const timestamp = (milliseconds: number): string => `${new Date(milliseconds).toISOString().slice(0, 19)}Z`
