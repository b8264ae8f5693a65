import { containers, workloads } from './pods.ts'
import { selectedBy, selectsPods } from './services.ts'
import type { Topology } from './topology.ts'
import type { Value } from './value.ts'
import { isMap, listOf, textOf } from './value.ts'

/** A container of which a probe is to be expected. */
export interface Probed {
  readonly object: string
  readonly path: string
  readonly name: string
  readonly set: boolean
  /** Somebody connects to it: it lists ports, or a Service selects its pods. False for a worker. */
  readonly visited: boolean
}

/**
 * Containers that list ports, and the only one of a pod whatever it lists. Where none lists any, nobody can say which of them a Service leads to: all. Of a pod of
 * several that no Service selects, none.
 */
export function probed(object: Value, { objects, namespace }: Pick<Topology, 'objects' | 'namespace'>, probe: string): readonly Probed[] {
  const own = containers(object, probe).filter(({ init }) => !init)
  const listing = own.filter(({ ports }) => listOf(ports).length > 0)
  const pods = workloads(isMap(object) ? [object] : [], namespace)
  const visited = listing.length > 0 || objects.some((service) => selectsPods(service) && selectedBy(service, pods, namespace).length > 0)
  const asked = listing.length === 0 && (visited || own.length === 1) ? own : listing
  return asked.map((container) => ({
    object: container.object,
    path: container.path,
    name: textOf(container['name']),
    set: isMap(container[probe]),
    visited,
  }))
}
