import type { JsonObject } from '../../domain/json.ts'
import type { FieldSet } from './field-set.ts'
import { difference, EMPTY, intersection, isEmpty, node, union } from './field-set.ts'
import { objectOf } from './json.ts'
import type { Manager } from './managed-fields.ts'
import { isSame } from './managed-fields.ts'
import type { StructSchema } from './schema/schema.ts'
import { compare } from './typed/compare.ts'
import { fieldSetOf } from './typed/field-set-of.ts'
import { merge } from './typed/merge.ts'
import { removeItems, withNamedFields } from './typed/remove-items.ts'

/** Fields of another manager that an apply would change. */
export interface Conflict {
  readonly manager: Manager
  readonly fields: FieldSet
}

export interface Owned {
  readonly object: JsonObject
  readonly managers: readonly Manager[]
}

export type ApplyResult = (Owned & { readonly conflicts?: undefined }) | { readonly conflicts: readonly Conflict[] }

/** What belongs to the server, not to any manager. `status` is written through its own subresource. */
const NOT_OWNED: FieldSet = node(false, {
  'f:apiVersion': leafOf(),
  'f:kind': leafOf(),
  'f:status': leafOf(),
  'f:metadata': {
    member: true,
    children: Object.fromEntries(
      ['name', 'namespace', 'creationTimestamp', 'uid', 'generation', 'resourceVersion', 'managedFields', 'selfLink'].map((name) => [
        `f:${name}`,
        leafOf(),
      ]),
    ),
  },
})

function leafOf(): FieldSet {
  return { member: true, children: {} }
}

/** Server-side apply: the configuration over the live object, minus what this manager applied last time, now leaves out, and nobody else owns. */
export function applyConfiguration(
  live: JsonObject,
  config: JsonObject,
  schema: StructSchema,
  managers: readonly Manager[],
  applier: Omit<Manager, 'fields'>,
  force: boolean,
): ApplyResult {
  const last = managers.find((each) => isSame(each, applier))?.fields ?? EMPTY
  const fields = owned(fieldSetOf(config, schema))
  const all: readonly Manager[] = [...managers.filter((each) => !isSame(each, applier)), { ...applier, fields }]
  const merged = objectOf(merge(live, config, schema))
  const object = isEmpty(last) ? merged : prune(merged, schema, all, last)
  const settled = settle(live, object, schema, all, applier)
  if (settled.conflicts.length > 0 && !force) return { conflicts: settled.conflicts }
  return { object, managers: settled.managers }
}

/** Any other write: what it changed is the writer's, and nobody else's any more. */
export function updateObject(
  live: JsonObject,
  object: JsonObject,
  schema: StructSchema,
  managers: readonly Manager[],
  writer: Omit<Manager, 'fields'>,
): Owned {
  const settled = settle(live, object, schema, managers, writer)
  const { added, modified, removed } = compare(live, object, schema)
  const before = settled.managers.find((each) => isSame(each, writer))?.fields ?? EMPTY
  const fields = owned(union(union(difference(before, removed), modified), added))
  return { object, managers: [...settled.managers.filter((each) => !isSame(each, writer)), { ...writer, fields }] }
}

/** An object that nobody owned when somebody first applied to it: its fields get an owner, or the apply could take them away. */
export function beforeFirstApply(live: JsonObject, schema: StructSchema, empty: JsonObject, apiVersion: string, time: string): Manager {
  return { manager: 'before-first-apply', operation: 'Update', apiVersion, time, fields: owned(compare(empty, live, schema).added) }
}

export const owned = (fields: FieldSet): FieldSet => withoutTree(fields, NOT_OWNED)

/** Difference that takes what lies below a removed path with it. */
function withoutTree(set: FieldSet, taken: FieldSet): FieldSet {
  const children = Object.entries(set.children).flatMap(([element, child]) => {
    const gone = taken.children[element]
    if (gone === undefined) return [[element, child] as const]
    return Object.keys(gone.children).length === 0
      ? []
      : [[element, withoutTree({ ...child, member: child.member && !gone.member }, gone)] as const]
  })
  return node(set.member, Object.fromEntries(children))
}

/** Takes changed and vanished fields from the other managers; what they lose by a change is a conflict. */
function settle(
  live: JsonObject,
  object: JsonObject,
  schema: StructSchema,
  managers: readonly Manager[],
  writer: Omit<Manager, 'fields'>,
): { conflicts: readonly Conflict[]; managers: readonly Manager[] } {
  const { added, modified, removed } = compare(live, object, schema)
  const changed = union(added, modified)
  const others = managers.filter((each) => !isSame(each, writer))
  const conflicts = others
    .map((manager) => ({ manager, fields: intersection(manager.fields, changed) }))
    .filter((each) => !isEmpty(each.fields))
  const left = managers.map((each) => {
    const kept = isSame(each, writer) ? each.fields : difference(each.fields, changed)
    return { ...each, fields: difference(kept, removed) }
  })
  return { conflicts, managers: left.filter((each) => !isEmpty(each.fields)) }
}

function prune(merged: JsonObject, schema: StructSchema, managers: readonly Manager[], last: FieldSet): JsonObject {
  const named = (set: FieldSet): FieldSet => withNamedFields(set, schema)
  const present = named(fieldSetOf(merged, schema))
  const claimed = named(managers.reduce((all, each) => union(all, each.fields), EMPTY))
  const without = removeItems(merged, schema, named(last))
  const owners = removeItems(merged, schema, difference(present, union(named(fieldSetOf(without, schema)), claimed)))
  const lost = difference(present, named(fieldSetOf(owners, schema)))
  return objectOf(removeItems(merged, schema, intersection(lost, named(last))))
}
