import type { JsonObject } from '../../domain/json.ts'
import type { KubernetesObject, KubernetesPort } from '../../domain/ports/index.ts'
import { isObject } from './field-paths.ts'

const AUTOSCALER = { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler' }
const SCALABLE: ReadonlySet<string> = new Set(['Deployment', 'StatefulSet', 'ReplicaSet'])

/** Autoscalers that count here: those of the manifests, and those already in the namespaces of objects with replicas. */
export async function autoscalers(kubernetes: KubernetesPort, objects: readonly KubernetesObject[]): Promise<readonly KubernetesObject[]> {
  const own = objects.filter((each) => each.kind === AUTOSCALER.kind)
  const namespaces = new Set(objects.filter(hasReplicas).map((each) => each.metadata.namespace))
  const existing = await Promise.all(
    [...namespaces].map((namespace) => kubernetes.list(AUTOSCALER, namespace === undefined ? {} : { namespace })),
  )
  return [...own, ...existing.flat()]
}

export const hasReplicas = ({ kind, ['spec']: spec }: KubernetesObject): boolean =>
  SCALABLE.has(kind) && isObject(spec) && spec['replicas'] !== undefined

/** The object without `spec.replicas` where an autoscaler owns it (facts: Kubernetes 5). */
export function withoutScaledReplicas(object: KubernetesObject, scalers: readonly KubernetesObject[]): KubernetesObject {
  if (!SCALABLE.has(object.kind) || !scalers.some((each) => targets(each, object))) return object
  const { replicas: _replicas, ...spec } = isObject(object['spec']) ? object['spec'] : ({} as JsonObject)
  return { ...object, spec }
}

function targets(scaler: KubernetesObject, { kind, metadata }: KubernetesObject): boolean {
  const target = isObject(scaler['spec']) ? scaler['spec']['scaleTargetRef'] : undefined
  return scaler.metadata.namespace === metadata.namespace && isObject(target) && target['kind'] === kind && target['name'] === metadata.name
}
