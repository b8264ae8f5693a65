import type { Json } from '../../../domain/json.ts'
import { elementText } from '../field-set.ts'
import { isObject } from '../json.ts'
import type { Schema } from '../schema/schema.ts'
import { UNTYPED } from '../schema/schema.ts'
import { itemElement } from './path-element.ts'

/** The first thing about a value that its schema does not allow, in the API server's words; undefined: nothing. */
export function check(value: Json | undefined, schema: Schema, path = ''): string | undefined {
  if (value === undefined || value === null) return undefined
  switch (schema.type) {
    case 'string':
      return typeof value === 'string' ? undefined : expected('string', value, path)
    case 'integer':
      return typeof value === 'number' ? undefined : expected('numeric (int or float)', value, path)
    case 'boolean':
      return typeof value === 'boolean' ? undefined : expected('boolean', value, path)
    case 'list':
      return Array.isArray(value) ? checkItems(value, schema, path) : expected('list', value, path)
    case 'struct':
    case 'map':
      return isObject(value) ? checkMembers(value, schema, path) : expected('map', value, path)
    default:
      return undefined
  }
}

function checkMembers(
  value: { readonly [name: string]: Json | undefined },
  schema: Extract<Schema, { type: 'struct' | 'map' }>,
  path: string,
): string | undefined {
  for (const [name, member] of Object.entries(value)) {
    const of = schema.type === 'map' ? schema.of : schema.fields[name]
    if (of === undefined) return `${path}.${name}: field not declared in schema`
    const wrong = check(member, of, `${path}.${name}`)
    if (wrong !== undefined) return wrong
  }
  return undefined
}

function checkItems(items: readonly Json[], schema: Extract<Schema, { type: 'list' }>, path: string): string | undefined {
  const seen = new Set<string>()
  for (const item of items) {
    const element = itemElement(item, schema)
    if (seen.has(element)) return `${path}: duplicate entries for key ${elementText(element)}`
    seen.add(element)
    const wrong = check(item, schema.of ?? UNTYPED, path + elementText(element))
    if (wrong !== undefined) return wrong
  }
  return undefined
}

/** `&value.valueUnstructured{Value:1}` is how Go prints what it got. */
const expected = (what: string, value: Json, path: string): string =>
  `${path}: expected ${what}, got &value.valueUnstructured{Value:${typeof value === 'string' ? JSON.stringify(value) : String(JSON.stringify(value))}}`
