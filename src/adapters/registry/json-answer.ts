import type { Json, JsonObject } from '../../domain/json.ts'

/** Undefined where it is not JSON. */
export function jsonOf(bytes: Buffer): Json | undefined {
  try {
    const parsed: Json = JSON.parse(bytes.toString('utf8'))
    return parsed
  } catch {
    return undefined
  }
}

/** The field of a map; undefined where it is none. */
export function jsonField(value: Json | undefined, ...path: readonly string[]): Json | undefined {
  return path.reduce<Json | undefined>((inner, name) => (isMap(inner) && Object.hasOwn(inner, name) ? inner[name] : undefined), value)
}

export const textField = (value: Json | undefined, ...path: readonly string[]): string => {
  const field = jsonField(value, ...path)
  return typeof field === 'string' ? field : ''
}

export const listField = (value: Json | undefined, ...path: readonly string[]): readonly Json[] => {
  const field = jsonField(value, ...path)
  return isList(field) ? field : []
}

export const isMap = (value: Json | undefined): value is JsonObject => typeof value === 'object' && value !== null && !isList(value)

const isList = (value: Json | undefined): value is readonly Json[] => Array.isArray(value)
