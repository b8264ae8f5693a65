import type { PolicySubjects } from '../domain/policy.ts'
import type { RenderedObject } from '../domain/rendered-object.ts'
import { grouped } from './grouped.ts'

/** How findings and waivers name the objects of a plan. */
export interface ObjectNames {
  /** `Deployment/web`; `Deployment/NAMESPACE/web` where two namespaces have one of that name. */
  readonly idOf: (each: RenderedObject) => string
  /** The objects of an id: several where several steps send one. */
  readonly withId: (id: string) => readonly RenderedObject[]
  /** Ids that a waiver of this object may mean: `Deployment/web`, and `Deployment/NAMESPACE/web` wherever it is. */
  readonly meantBy: (name: string) => readonly string[]
}

export function objectNames({ objects, plan }: Pick<PolicySubjects, 'objects' | 'plan'>): ObjectNames {
  const short = ({ object }: RenderedObject): string => `${object.kind}/${object.metadata.name}`
  const namespaceOf = ({ object }: RenderedObject): string => object.metadata.namespace ?? plan.namespace
  const long = (each: RenderedObject): string => `${each.object.kind}/${namespaceOf(each)}/${each.object.metadata.name}`
  const byName = grouped(objects, short)
  const shared = new Set([...byName].flatMap(([name, those]) => (new Set(those.map(namespaceOf)).size > 1 ? [name] : [])))
  const idOf = (each: RenderedObject): string => (shared.has(short(each)) ? long(each) : short(each))
  const byId = grouped(objects, idOf)
  const ids = grouped(
    [...objects.map((each) => [short(each), idOf(each)]), ...objects.map((each) => [long(each), idOf(each)])],
    ([name]) => name,
  )
  return {
    idOf,
    withId: (id) => byId.get(id) ?? [],
    meantBy: (name) => [...new Set((ids.get(name) ?? []).flatMap(([, id]) => id ?? []))],
  }
}
