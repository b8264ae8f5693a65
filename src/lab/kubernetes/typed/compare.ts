import type { Json } from '../../../domain/json.ts'
import { canonicalJson } from '../../../domain/json.ts'
import type { FieldSet } from '../field-set.ts'
import { EMPTY, LEAF, node } from '../field-set.ts'
import { isObject, listOf, objectOf } from '../json.ts'
import type { Schema } from '../schema/schema.ts'
import { memberSchema } from './field-set-of.ts'
import { itemElement, memberElement, setElement } from './path-element.ts'

export interface Comparison {
  readonly added: FieldSet
  readonly modified: FieldSet
  readonly removed: FieldSet
}

const SAME: Comparison = { added: EMPTY, modified: EMPTY, removed: EMPTY }

/** Which fields differ between two states of an object. */
export function compare(before: Json | undefined, after: Json | undefined, schema: Schema): Comparison {
  const [old, now] = [before ?? undefined, after ?? undefined]
  if (old === undefined && now === undefined) return SAME
  const parts = partsOf(old, now, schema)
  if (parts === undefined) return leaf(old, now)
  const children = parts.map(({ element, old: was, now: is, schema: of }) => ({ element, result: compare(was, is, of) }))
  const pick = (which: keyof Comparison): Record<string, FieldSet> =>
    Object.fromEntries(children.map(({ element, result }) => [element, result[which]]))
  return {
    added: node(old === undefined, pick('added')),
    modified: node(false, pick('modified')),
    removed: node(now === undefined, pick('removed')),
  }
}

function leaf(old: Json | undefined, now: Json | undefined): Comparison {
  if (old === undefined) return { ...SAME, added: LEAF }
  if (now === undefined) return { ...SAME, removed: LEAF }
  return canonicalJson(old) === canonicalJson(now) ? SAME : { ...SAME, modified: LEAF }
}

interface Part {
  readonly element: string
  readonly old: Json | undefined
  readonly now: Json | undefined
  readonly schema: Schema
}

/** What the two sides consist of; undefined: they are compared whole. Two empty sides are a leaf, so that `{}` and nothing stay apart. */
function partsOf(old: Json | undefined, now: Json | undefined, schema: Schema): readonly Part[] | undefined {
  if (schema.type === 'list' || schema.type === 'set') {
    const elementOf = (item: Json): string => (schema.type === 'list' ? itemElement(item, schema) : setElement(item))
    const [was, is] = [byElement(listOf(old), elementOf), byElement(listOf(now), elementOf)]
    const elements = [...new Set([...was.keys(), ...is.keys()])]
    const itemSchema: Schema = schema.type === 'list' ? schema.of : { type: 'atomic' }
    return elements.length === 0
      ? undefined
      : elements.map((element) => ({ element, old: was.get(element), now: is.get(element), schema: itemSchema }))
  }
  const mapLike =
    schema.type === 'struct' ||
    schema.type === 'map' ||
    (schema.type === 'untyped' && (isObject(old) || old === undefined) && (isObject(now) || now === undefined))
  if (!mapLike) return undefined
  const names = [...new Set([...Object.keys(objectOf(old)), ...Object.keys(objectOf(now))])]
  if (names.length === 0) return undefined
  return names.map((name) => ({
    element: memberElement(name),
    old: objectOf(old)[name],
    now: objectOf(now)[name],
    schema: memberSchema(schema, name),
  }))
}

function byElement(items: readonly Json[], elementOf: (item: Json) => string): Map<string, Json> {
  return new Map(items.map((item) => [elementOf(item), item]))
}
