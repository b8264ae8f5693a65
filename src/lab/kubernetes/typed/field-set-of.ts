import type { Json } from '../../../domain/json.ts'
import type { FieldSet } from '../field-set.ts'
import { EMPTY, LEAF, node } from '../field-set.ts'
import { isObject, listOf } from '../json.ts'
import type { Schema } from '../schema/schema.ts'
import { UNTYPED } from '../schema/schema.ts'
import { itemElement, memberElement, setElement } from './path-element.ts'

/** The fields that a configuration speaks of: its leaves, the items of its keyed lists, and the keys of its maps. */
export function fieldSetOf(value: Json | undefined, schema: Schema): FieldSet {
  if (value === undefined) return EMPTY
  if (schema.type === 'list') {
    return node(
      false,
      Object.fromEntries(listOf(value).map((item) => [itemElement(item, schema), { ...fieldSetOf(item, schema.of), member: true }])),
    )
  }
  if (schema.type === 'set') return node(false, Object.fromEntries(listOf(value).map((item) => [setElement(item), LEAF])))
  if (!isObject(value) || (schema.type !== 'struct' && schema.type !== 'map' && schema.type !== 'untyped')) return LEAF
  const members = Object.entries(value).filter(([, member]) => member !== undefined)
  if (members.length === 0) return LEAF
  return node(false, Object.fromEntries(members.map(([name, member]) => [memberElement(name), memberSet(name, member, schema)])))
}

function memberSet(name: string, value: Json | undefined, schema: Schema): FieldSet {
  const set = fieldSetOf(value, memberSchema(schema, name))
  // A key of a map belongs to whoever sent it; a named field does so only through its content.
  const isKey = schema.type !== 'struct' || schema.fields[name] === undefined
  return isKey || value === null ? { ...set, member: true } : set
}

export function memberSchema(schema: Schema, name: string): Schema {
  if (schema.type === 'struct') return schema.fields[name] ?? UNTYPED
  return schema.type === 'map' ? schema.of : UNTYPED
}
