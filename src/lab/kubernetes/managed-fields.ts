import type { Json, JsonObject } from '../../domain/json.ts'
import type { FieldSet } from './field-set.ts'
import { equal, fromFieldsV1, isEmpty, toFieldsV1 } from './field-set.ts'
import { at, objectOf, objectsOf, textOf } from './json.ts'

export type Operation = 'Apply' | 'Update'

/** One entry of `metadata.managedFields`, understood. */
export interface Manager {
  readonly manager: string
  readonly operation: Operation
  readonly apiVersion: string
  readonly subresource?: string
  readonly time: string
  readonly fields: FieldSet
}

export function managersOf(object: JsonObject): readonly Manager[] {
  return objectsOf(at(object, 'metadata', 'managedFields'))
    .filter((entry) => entry['manager'] !== undefined)
    .map((entry) => ({
      manager: textOf(entry['manager']),
      operation: entry['operation'] === 'Apply' ? 'Apply' : 'Update',
      apiVersion: textOf(entry['apiVersion']),
      time: textOf(entry['time']),
      fields: fromFieldsV1(objectOf(entry['fieldsV1'])),
      ...(typeof entry['subresource'] === 'string' && { subresource: entry['subresource'] }),
    }))
}

export const isSame = (a: Omit<Manager, 'fields' | 'time'>, b: Omit<Manager, 'fields' | 'time'>): boolean =>
  a.manager === b.manager &&
  a.operation === b.operation &&
  a.subresource === b.subresource &&
  (a.operation === 'Apply' || a.apiVersion === b.apiVersion)

/** Entries that have lost their last field are dropped; what stayed the same keeps its time, so that an idle apply changes nothing. */
export function withTimes(managers: readonly Manager[], before: readonly Manager[], now: string): readonly Manager[] {
  return managers
    .filter((each) => !isEmpty(each.fields))
    .map((each) => {
      const old = before.find((other) => isSame(other, each))
      return old !== undefined && equal(old.fields, each.fields) ? { ...each, time: old.time } : { ...each, time: now }
    })
}

/** As the server stores them: applies first, then by time, then by name. */
export function toManagedFields(managers: readonly Manager[]): Json | undefined {
  if (managers.length === 0) return undefined
  const order = (each: Manager): string => [each.operation, each.time, each.manager, each.apiVersion, each.subresource ?? ''].join('\u0000')
  return managers
    .toSorted((a, b) => (order(a) < order(b) ? -1 : 1))
    .map(({ manager, operation, apiVersion, time, fields, subresource }) => ({
      manager,
      operation,
      apiVersion,
      time,
      fieldsType: 'FieldsV1',
      fieldsV1: toFieldsV1(fields),
      ...(subresource !== undefined && { subresource }),
    }))
}
