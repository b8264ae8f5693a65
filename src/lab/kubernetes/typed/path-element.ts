import type { Json } from '../../../domain/json.ts'
import { isObject } from '../json.ts'
import type { KeyedListSchema } from '../schema/schema.ts'

/** The path element of a keyed list's item, as FieldsV1 writes it: `k:{"containerPort":80,"protocol":"TCP"}`. */
export function itemElement(item: Json, schema: KeyedListSchema): string {
  const keys = schema.keys.toSorted().map((key) => {
    const value = isObject(item) ? item[key] : undefined
    return [key, value ?? schema.defaults[key] ?? null] as const
  })
  return `k:${JSON.stringify(Object.fromEntries(keys))}`
}

export const memberElement = (name: string): string => `f:${name}`
export const setElement = (value: Json): string => `v:${JSON.stringify(value)}`
