import type { JsonObject } from '../../domain/json.ts'
import type { KubernetesObject } from '../../domain/ports/kubernetes.ts'

/** Reading of raw JSON: what is not there, or of another type than the API promises, is undefined. */
export function asObject(value: unknown): JsonObject | undefined {
  return isObject(value) ? value : undefined
}

export const asString = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)
export const asNumber = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined)

/** The members of a list that are objects; empty where there is no list. */
export function itemsOf(value: unknown): readonly JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : []
}

/** What lies at a path of member names, as an object. */
export function objectAt(value: unknown, ...path: readonly string[]): JsonObject | undefined {
  return asObject(path.reduce<unknown>((found, name) => asObject(found)?.[name], value))
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function isKubernetesObject(value: unknown): value is KubernetesObject {
  return (
    isObject(value) &&
    typeof value['kind'] === 'string' &&
    typeof value['apiVersion'] === 'string' &&
    asString(objectAt(value, 'metadata')?.['name']) !== undefined
  )
}
