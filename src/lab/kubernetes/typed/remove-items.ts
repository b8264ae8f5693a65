import type { Json } from '../../../domain/json.ts'
import type { FieldSet } from '../field-set.ts'
import { node } from '../field-set.ts'
import { isObject, listOf } from '../json.ts'
import type { Schema } from '../schema/schema.ts'
import { memberSchema } from './field-set-of.ts'
import { itemElement, memberElement, setElement } from './path-element.ts'

/** The value without the fields of a set. A map that loses its last member goes; an item that does stays, empty. */
export function removeItems(value: Json | undefined, schema: Schema, fields: FieldSet): Json | undefined {
  if (value === undefined || value === null) return value
  if (schema.type === 'list' || schema.type === 'set') {
    const elementOf = (item: Json): string => (schema.type === 'list' ? itemElement(item, schema) : setElement(item))
    const kept = listOf(value).flatMap((item) => {
      const below = fields.children[elementOf(item)]
      if (below === undefined) return [item]
      return below.member ? [] : [removeItems(item, schema.type === 'list' ? schema.of : { type: 'atomic' }, below) ?? {}]
    })
    return kept.length === 0 ? undefined : kept
  }
  if (!isObject(value) || (schema.type !== 'struct' && schema.type !== 'map' && schema.type !== 'untyped')) return value
  const kept = Object.entries(value).flatMap(([name, member]) => {
    const below = fields.children[memberElement(name)]
    if (below === undefined) return [[name, member] as const]
    const left = below.member ? undefined : removeItems(member, memberSchema(schema, name), below)
    return left === undefined ? [] : [[name, left] as const]
  })
  return kept.length === 0 ? undefined : Object.fromEntries(kept)
}

/** The same set with every named field that leads to a member made a member: who owns all of `spec.strategy.type` may take `spec.strategy` away. */
export function withNamedFields(set: FieldSet, schema: Schema): FieldSet {
  const children = Object.entries(set.children).map(([element, child]) => {
    const below = withNamedFields(child, elementSchema(schema, element))
    const named =
      schema.type === 'struct' &&
      element.startsWith('f:') &&
      schema.fields[element.slice(2)] !== undefined &&
      Object.keys(child.children).length > 0
    return [element, named ? { ...below, member: true } : below] as const
  })
  return node(set.member, Object.fromEntries(children))
}

function elementSchema(schema: Schema, element: string): Schema {
  if (schema.type === 'list') return schema.of
  return element.startsWith('f:') ? memberSchema(schema, element.slice(2)) : { type: 'atomic' }
}
