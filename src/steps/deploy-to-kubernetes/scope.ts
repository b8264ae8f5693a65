import type { JsonObject } from '../../domain/json.ts'
import type { KubernetesObject } from '../../domain/ports/index.ts'
import { isObject, semanticFields } from './field-paths.ts'
import { groupOf } from './record.ts'

/** Kinds of Kubernetes itself that lie in no namespace. */
const CLUSTER_SCOPED: ReadonlySet<string> = new Set([
  'APIService',
  'CSIDriver',
  'ClusterRole',
  'ClusterRoleBinding',
  'CustomResourceDefinition',
  'IngressClass',
  'MutatingWebhookConfiguration',
  'Namespace',
  'Node',
  'PersistentVolume',
  'PriorityClass',
  'RuntimeClass',
  'StorageClass',
  'ValidatingAdmissionPolicy',
  'ValidatingAdmissionPolicyBinding',
  'ValidatingWebhookConfiguration',
])

/** Whether an object lies in a namespace, as far as Kubernetes' own kinds and the definitions among the objects tell; yes unless told. */
export function scopeAmong(objects: readonly KubernetesObject[]): (object: KubernetesObject) => boolean {
  const definitions = objects.filter((each) => each.kind === 'CustomResourceDefinition')
  return (object) => {
    const definition = definitions.find((each) => defines(each, object))
    return definition === undefined ? !CLUSTER_SCOPED.has(object.kind) : scopeOf(definition) === 'Namespaced'
  }
}

/** What a server adds is not sent back to it; cluster-scoped objects have no namespace, the others get the plan's. */
export function inNamespace(manifest: KubernetesObject, namespaced: boolean, fallback: string): KubernetesObject {
  const clean = semanticFields(manifest) as JsonObject & KubernetesObject
  const { namespace, ...metadata } = clean.metadata
  if (!namespaced) return { ...clean, metadata }
  return { ...clean, metadata: { ...metadata, namespace: namespace ?? fallback } }
}

/** Whether the CustomResourceDefinition makes the object's kind known. */
export function defines(definition: JsonObject | KubernetesObject, object: KubernetesObject): boolean {
  const spec = isObject(definition['spec']) ? definition['spec'] : {}
  return spec['group'] === groupOf(object.apiVersion) && isObject(spec['names']) && spec['names']['kind'] === object.kind
}

/** `Namespaced` or `Cluster`. */
export const scopeOf = (definition: KubernetesObject): unknown => (isObject(definition['spec']) ? definition['spec']['scope'] : undefined)
