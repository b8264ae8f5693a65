import { nameOf } from './identity.ts'
import { allContainers, podPath, podSpec, podTemplate } from './pods.ts'
import type { Value } from './value.ts'
import { fieldOf, listOf, numberOf, textOf } from './value.ts'

/** A namespace of the node that a pod may share. */
export interface HostNamespace {
  readonly object: string
  readonly path: string
  readonly field: string
  readonly shared: boolean
}

export function hostNamespaces(object: Value): readonly HostNamespace[] {
  if (podTemplate(object) === null) return []
  const spec = podSpec(object)
  return ['hostNetwork', 'hostPID', 'hostIPC'].map((field) => ({
    object: nameOf(object),
    path: podPath(object, `spec.${field}`),
    field,
    shared: spec[field] === true,
  }))
}

/** A port of a container; `hostPort` is 0 where it asks for none of the node. */
export interface HostPort {
  readonly object: string
  readonly path: string
  readonly container: string
  readonly hostPort: number
}

export function hostPorts(object: Value): readonly HostPort[] {
  return allContainers(object).flatMap((container) =>
    listOf(container.ports).map((port, index) => ({
      object: container.object,
      path: `${container.path}.ports[${index}].hostPort`,
      container: textOf(container['name']),
      hostPort: numberOf(fieldOf(port, 'hostPort')) ?? 0,
    })),
  )
}

/** A volume of a pod. */
export interface HostPath {
  readonly object: string
  readonly path: string
  readonly name: string
  readonly onHost: boolean
}

export function hostPaths(object: Value): readonly HostPath[] {
  return listOf(podSpec(object).volumes).map((volume, index) => ({
    object: nameOf(object),
    path: podPath(object, `spec.volumes[${index}].hostPath`),
    name: textOf(fieldOf(volume, 'name')),
    onHost: fieldOf(volume, 'hostPath') !== undefined,
  }))
}
