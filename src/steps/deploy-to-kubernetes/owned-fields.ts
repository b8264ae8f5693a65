import type { Json, JsonObject } from '../../domain/json.ts'
import { MANAGER } from '../../domain/ids.ts'
import { equal, isObject } from './field-paths.ts'

/**
 * What our manager had applied to this object when it looked like `before` (an earlier run's fields), with the values that they have in
 * `values`. Undefined: nothing. To give up what this run applied, exactly this is applied again: a bare apply would
 * take an earlier run's fields away with ours.
 */
export function fieldsAppliedEarlier(before: JsonObject, values: JsonObject): JsonObject | undefined {
  const metadata = before['metadata']
  const entries = isObject(metadata) && Array.isArray(metadata['managedFields']) ? (metadata['managedFields'] as readonly Json[]) : []
  const ours = entries
    .filter(isObject)
    .find((entry) => entry['manager'] === MANAGER && entry['operation'] === 'Apply' && entry['subresource'] === undefined)
  const fields = ours?.['fieldsV1']
  return isObject(fields) ? asOwnedObject(extract(values, fields)) : undefined
}

const asOwnedObject = (value: Json | undefined): JsonObject | undefined => (isObject(value) ? value : undefined)

/** The part of `value` that a FieldsV1 set names: `f:NAME` members, `k:{…}` list items by key, `v:…` set members; a leaf is taken whole. */
function extract(value: Json | undefined, fields: JsonObject): Json | undefined {
  const names = Object.keys(fields).filter((each) => each !== '.')
  if (names.length === 0 || value === undefined || value === null) return value
  if (Array.isArray(value)) return (value as readonly Json[]).flatMap((item) => extractItem(item, fields))
  if (!isObject(value)) return value
  const members = names
    .filter((each) => each.startsWith('f:'))
    .map((each): [string, Json | undefined] => [each.slice(2), extract(value[each.slice(2)], asFields(fields[each]))])
  return Object.fromEntries(members.filter(([, member]) => member !== undefined))
}

/** A list item that one of the set's keys selects, reduced to what is owned of it and its key. */
function extractItem(item: Json, fields: JsonObject): readonly Json[] {
  for (const [name, inner] of Object.entries(fields)) {
    if (name.startsWith('v:') && equal(JSON.parse(name.slice(2)) as Json, item)) return [item]
    if (!name.startsWith('k:') || !isObject(item)) continue
    const key = JSON.parse(name.slice(2)) as JsonObject
    if (!Object.entries(key).every(([field, value]) => equal(item[field], value))) continue
    const owned = extract(item, asFields(inner))
    return [isObject(owned) ? { ...key, ...owned } : item]
  }
  return []
}

const asFields = (value: Json | undefined): JsonObject => (isObject(value) ? value : {})
