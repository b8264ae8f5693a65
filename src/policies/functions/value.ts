import type { Json } from '../../domain/json.ts'

/** Anything of an object that somebody wrote: a field may be missing, or be of a kind that the API server will refuse. */
export type Value = Json | undefined
export type ValueMap = { readonly [key: string]: Json | undefined }

/** The map, or an empty one. */
export function mapOf(value: Value): ValueMap {
  return isMap(value) ? value : {}
}

/** The list, or an empty one. */
export function listOf(value: Value): readonly Json[] {
  return isList(value) ? value : []
}

/** The text, or ''. */
export function textOf(value: Value): string {
  return typeof value === 'string' ? value : ''
}

/** The number, also where it is written as text (`targetPort: "8000"`); undefined where it is none. */
export function numberOf(value: Value): number | undefined {
  if (typeof value === 'number') return value
  return typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : undefined
}

/** The field at a dotted path of maps. */
export function fieldOf(value: Value, path: string): Value {
  return path.includes('.') ? path.split('.').reduce<Value>((inner, key) => mapOf(inner)[key], value) : mapOf(value)[path]
}

/** The members of a map whose values are texts: labels, annotations, a ConfigMap's data. */
export function textsOf(value: Value): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(mapOf(value)).filter((entry): entry is [string, string] => typeof entry[1] === 'string'))
}

export function isMap(value: Value): value is ValueMap {
  return typeof value === 'object' && value !== null && !isList(value)
}

function isList(value: Value): value is readonly Json[] {
  return Array.isArray(value)
}
