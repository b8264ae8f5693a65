import type { Json, JsonObject } from '../../domain/json.ts'

/** Reading and changing plain JSON without changing what it was made from. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export const objectOf = (value: unknown): JsonObject => (isObject(value) ? value : {})
export const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')
export const numberOf = (value: unknown): number => (typeof value === 'number' ? value : 0)
export const listOf = (value: unknown): readonly Json[] => (Array.isArray(value) ? value : [])
export const objectsOf = (value: unknown): readonly JsonObject[] => listOf(value).filter(isObject)

/** What lies at a path of member names. */
export const at = (value: unknown, ...path: readonly string[]): Json | undefined =>
  path.reduce<Json | undefined>((found, name) => (isObject(found) ? found[name] : undefined), isObject(value) ? value : undefined)

/** A copy with some members set; undefined takes a member away. */
export function withMembers(object: JsonObject, members: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries({ ...object, ...members }).filter(([, value]) => value !== undefined))
}

/** The object without these members. */
export function without(object: JsonObject, ...names: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([name]) => !names.includes(name)))
}

/** Members of `defaults` where the object has none. */
export function withDefaults(object: JsonObject, defaults: JsonObject): JsonObject {
  return { ...defaults, ...Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined && value !== null)) }
}

/** JSON merge patch (RFC 7386). */
export function mergePatch(target: Json | undefined, patch: Json | undefined): Json | undefined {
  if (!isObject(patch)) return patch
  const merged: Record<string, Json | undefined> = { ...objectOf(target) }
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) delete merged[name]
    else merged[name] = mergePatch(merged[name], value)
  }
  return merged
}
