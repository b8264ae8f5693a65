import type { Json } from '../../domain/json.ts'
import { groupedBy } from './grouped.ts'
import { kindAndName, namespaceOf } from './identity.ts'
import type { Value } from './value.ts'

/**
 * Objects by `Kind/name`, as another object means them: those of its own namespace, and those that lie in none. An object that says no namespace may mean all.
 */
export function neighbours(objects: readonly Json[]): (of: Value) => ReadonlyMap<string, Json> {
  const all = byName(objects)
  const inNone = objects.filter((object) => namespaceOf(object, '') === '')
  const inEach = new Map(
    [...groupedBy(objects, (object) => namespaceOf(object, ''))].map(([namespace, those]) => [namespace, byName([...inNone, ...those])]),
  )
  return (of) => {
    const namespace = namespaceOf(of, '')
    return (namespace === '' ? undefined : inEach.get(namespace)) ?? all
  }
}

const byName = (objects: readonly Json[]): ReadonlyMap<string, Json> => new Map(objects.map((object) => [kindAndName(object), object]))
