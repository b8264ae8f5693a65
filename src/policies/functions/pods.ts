import type { Json } from '../../domain/json.ts'
import { kindOf, nameOf, namespaceOf } from './identity.ts'
import type { Value, ValueMap } from './value.ts'
import { fieldOf, listOf, mapOf, numberOf, textOf, textsOf } from './value.ts'

/** A container with where it stands. The container's own fields stay what they are. */
export type Container = ValueMap & { readonly object: string; readonly path: string; readonly init: boolean }

/** Where an object of this kind keeps its pod template; '' for a Pod, which is its own. */
function podTemplatePath(object: Value): string {
  const kind = kindOf(object)
  if (kind === 'Pod') return ''
  return kind === 'CronJob' ? 'spec.jobTemplate.spec.template' : 'spec.template'
}

/** The path of a field of the pod template: `podPath(deployment, 'spec.volumes')` is `spec.template.spec.volumes`. */
export function podPath(object: Value, field: string): string {
  const path = podTemplatePath(object)
  return path === '' ? field : `${path}.${field}`
}

/** The pod template of whatever runs pods, also of kinds that we do not know; null where the object runs none. */
export function podTemplate(object: Value): ValueMap | null {
  const path = podTemplatePath(object)
  const template = path === '' ? object : fieldOf(object, path)
  return listOf(fieldOf(template, 'spec.containers')).length > 0 ? mapOf(template) : null
}

export function podSpec(object: Value): ValueMap {
  return mapOf(podTemplate(object)?.spec)
}

/** The lists of an object by field; a hundred rules ask for them. */
const listsOf = new WeakMap<object, Map<string, readonly Container[]>>()

function rememberedList(object: Value, key: string, make: () => readonly Container[]): readonly Container[] {
  if (typeof object !== 'object' || object === null) return make()
  const known = listsOf.get(object) ?? new Map<string, readonly Container[]>()
  listsOf.set(object, known)
  const list = known.get(key) ?? make()
  known.set(key, list)
  return list
}

/**
 * Containers that run as long as the pod: the ordinary ones, and init containers that restart always (sidecars).
 * `field` is added to the path of each: `spec.template.spec.containers[0].resources`.
 */
export function containers(object: Value, field = ''): readonly Container[] {
  return rememberedList(object, `running ${field}`, () =>
    allContainers(object, field).filter(({ init, restartPolicy }) => !init || restartPolicy === 'Always'),
  )
}

/** Every container of the pod, init containers too. */
export function allContainers(object: Value, field = ''): readonly Container[] {
  return rememberedList(object, `all ${field}`, () => [
    ...containersOf(object, 'containers', field),
    ...containersOf(object, 'initContainers', field),
  ])
}

function containersOf(object: Value, list: 'containers' | 'initContainers', field: string): readonly Container[] {
  const all = listOf(podSpec(object)[list])
  if (all.length === 0) return []
  const [name, folder, after] = [nameOf(object), podPath(object, `spec.${list}`), field === '' ? '' : `.${field}`]
  return all.map((container, index) => ({
    ...mapOf(container),
    object: name,
    path: `${folder}[${index}]${after}`,
    init: list === 'initContainers',
  }))
}

/** A port that a container says it listens on. Protocol: TCP unless told. */
export interface ContainerPort {
  readonly name: string
  readonly port: number
  readonly protocol: string
}

/** Something that runs pods, as selectors and policies see it. */
export interface Workload {
  readonly object: string
  readonly kind: string
  readonly namespace: string
  readonly labels: Readonly<Record<string, string>>
  readonly ports: readonly ContainerPort[]
  /** The object itself. */
  readonly of: Json
}

/** Everything among the objects that runs pods. */
export function workloads(objects: readonly Json[], namespace: string): readonly Workload[] {
  return objects.flatMap((object) => {
    const template = podTemplate(object)
    if (template === null) return []
    return {
      object: nameOf(object),
      kind: kindOf(object),
      namespace: namespaceOf(object, namespace),
      labels: textsOf(fieldOf(template, 'metadata.labels')),
      ports: containers(object).flatMap((container) => listOf(container.ports).map(containerPort)),
      of: object,
    }
  })
}

function containerPort(port: Json): ContainerPort {
  return {
    name: textOf(fieldOf(port, 'name')),
    port: numberOf(fieldOf(port, 'containerPort')) ?? 0,
    protocol: textOf(fieldOf(port, 'protocol')) || 'TCP',
  }
}
