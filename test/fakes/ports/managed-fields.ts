import type { Json, JsonObject } from '../../../src/domain/json.ts'
import { canonicalJson } from '../../../src/domain/json.ts'

/** A field as a path; lists are one field (the real server looks into some of them). */
export type Leaf = readonly string[]

export const isMap = (value: unknown): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value)

export function leaves(value: JsonObject, prefix: Leaf = []): readonly Leaf[] {
  return Object.entries(value).flatMap(([key, member]): readonly Leaf[] =>
    isMap(member) && Object.keys(member).length > 0 ? leaves(member, [...prefix, key]) : [[...prefix, key]],
  )
}

export const get = (value: Json | undefined, leaf: Leaf): Json | undefined =>
  leaf.reduce<Json | undefined>((at, key) => (isMap(at) ? at[key] : undefined), value)

/** A copy with this field set, or removed with the maps that it leaves empty. */
export function set(value: JsonObject, [key = '', ...rest]: Leaf, to: Json | undefined): JsonObject {
  const { [key]: old, ...others } = value
  if (rest.length === 0) return to === undefined ? others : { ...value, [key]: to }
  const inner = set(isMap(old) ? old : {}, rest, to)
  return to === undefined && Object.keys(inner).length === 0 ? others : { ...value, [key]: inner }
}

export const same = (a: Json | undefined, b: Json | undefined): boolean => canonicalJson(a) === canonicalJson(b)

/** FieldsV1 of a set of fields, with `f:` members alone. */
export function fieldsV1(owned: readonly Leaf[]): JsonObject {
  return owned.reduce<JsonObject>(
    (tree, leaf) =>
      set(
        tree,
        leaf.map((key) => `f:${key}`),
        get(
          tree,
          leaf.map((key) => `f:${key}`),
        ) ?? {},
      ),
    {},
  )
}

export const ownedLeaves = (fields: Json | undefined): readonly Leaf[] =>
  isMap(fields) ? leaves(fields).map((leaf) => leaf.map((key) => key.slice(2))) : []

export const includes = (list: readonly Leaf[], leaf: Leaf): boolean => list.some((each) => each.join('\0') === leaf.join('\0'))
