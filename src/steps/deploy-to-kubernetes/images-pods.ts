import { parseImageName } from '../../domain/image-name.ts'
import type { Json, JsonObject } from '../../domain/json.ts'
import type { RenderedObject } from '../../domain/rendered-object.ts'
import { isObject } from './field-paths.ts'

/** `Always`: the registry is asked whenever a container starts, also for what the node has. */
export type PullPolicy = 'Always' | 'IfNotPresent' | 'Never'

/** A container of an object that the plan sends, and the image it names. */
export interface ImageUse {
  /** As the manifest names it. */
  readonly image: string
  readonly pullPolicy: PullPolicy
  /** `Deployment/todo-app-backend`. */
  readonly object: string
  readonly namespace: string
  /** Spec of the pods that run it: their pull secrets, and where they may run. */
  readonly pod: JsonObject
}

/** Where objects of these kinds keep their pod template. */
const TEMPLATES: Readonly<Record<string, readonly string[]>> = {
  'v1 Pod': [],
  'v1 ReplicationController': ['spec', 'template'],
  'apps/v1 Deployment': ['spec', 'template'],
  'apps/v1 StatefulSet': ['spec', 'template'],
  'apps/v1 DaemonSet': ['spec', 'template'],
  'apps/v1 ReplicaSet': ['spec', 'template'],
  'batch/v1 Job': ['spec', 'template'],
  'batch/v1 CronJob': ['spec', 'jobTemplate', 'spec', 'template'],
}

/** Every image that the objects name, in ordinary and in init containers. */
export function imageUses(objects: readonly RenderedObject[], namespace: string): readonly ImageUse[] {
  return objects.flatMap(({ object }) => {
    const path = TEMPLATES[`${object.apiVersion} ${object.kind}`]
    if (path === undefined) return []
    const pod = mapAt(object as JsonObject, [...path, 'spec'])
    return containersOf(pod).map(({ image, imagePullPolicy }) => ({
      image,
      pullPolicy: pullPolicyOf(image, imagePullPolicy),
      object: `${object.kind}/${object.metadata.name}`,
      namespace: object.metadata.namespace ?? namespace,
      pod,
    }))
  })
}

/** Images in containers of objects whose kind is not known (a Rollout, say): whether, where and how they will be pulled nobody here can tell. */
export function unknownImageUses(objects: readonly RenderedObject[]): readonly { readonly image: string; readonly object: string }[] {
  return objects.flatMap(({ object }) => {
    const kind = `${object.apiVersion} ${object.kind}`
    if (TEMPLATES[kind] !== undefined) return []
    const images = podSpecsIn(object as JsonObject).flatMap((pod) => containersOf(pod).map(({ image }) => image))
    return [...new Set(images)].map((image) => ({ image, object: `${object.kind}/${object.metadata.name} (${object.apiVersion})` }))
  })
}

/** Whatever has containers that name an image. */
function podSpecsIn(value: Json | undefined): readonly JsonObject[] {
  if (Array.isArray(value)) return (value as readonly Json[]).flatMap((each) => podSpecsIn(each))
  if (!isObject(value)) return []
  return containersOf(value).length > 0 ? [value] : Object.values(value).flatMap((each) => podSpecsIn(each))
}

const containersOf = (pod: JsonObject): readonly { readonly image: string; readonly imagePullPolicy: Json | undefined }[] =>
  [...listAt(pod, 'initContainers'), ...listAt(pod, 'containers')].flatMap((container) => {
    const { image, imagePullPolicy } = isObject(container) ? container : {}
    return typeof image === 'string' && image !== '' ? [{ image, imagePullPolicy }] : []
  })

/** As the API server fills it in where the manifest says nothing. */
function pullPolicyOf(image: string, written: Json | undefined): PullPolicy {
  if (written === 'Always' || written === 'IfNotPresent' || written === 'Never') return written
  const name = parseImageName(image)
  return name?.digest === undefined && (name?.tag ?? 'latest') === 'latest' ? 'Always' : 'IfNotPresent'
}

/** The map at the path, or an empty one. */
export function mapAt(value: Json | undefined, path: readonly string[]): JsonObject {
  const inner = path.reduce<Json | undefined>((outer, name) => (isObject(outer) ? outer[name] : undefined), value)
  return isObject(inner) ? inner : {}
}

/** The list in the field, or an empty one. */
export function listAt(value: JsonObject, field: string): readonly Json[] {
  const list = value[field]
  return Array.isArray(list) ? (list as readonly Json[]) : []
}
