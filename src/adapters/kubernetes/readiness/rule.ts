import type { JsonObject } from '../../../domain/json.ts'
import type { KubernetesObject, Readiness } from '../../../domain/ports/kubernetes.ts'
import { asNumber, asString, itemsOf, objectAt } from '../json-reading.ts'

/** What lies around an object, as far as its kind's rule needs it. */
export interface Surroundings {
  /** Pods of the newest generation of a workload; for a Pod itself: that one. */
  readonly pods: readonly KubernetesObject[]
  /** ReplicaSets of a Deployment, any age. */
  readonly replicaSets: readonly KubernetesObject[]
  readonly endpointSlices: readonly KubernetesObject[]
  /** Events about the object, its ReplicaSets and its pods. */
  readonly events: readonly KubernetesObject[]
  /** How a claim's storage class binds: `WaitForFirstConsumer`, `Immediate`; undefined: not known. */
  readonly bindingMode: string | undefined
  /** Now by the server's clock, milliseconds since the epoch. */
  readonly now: number
}

/** Pure: readiness of one kind, after kstatus (sigs.k8s.io/cli-utils, pkg/kstatus) with its traps closed (facts: Kubernetes 1). */
export type ReadinessRule = (object: KubernetesObject, around: Surroundings) => Readiness

export const current = (reason: string, evidence: readonly string[] = []): Readiness => ({ status: 'current', reason, evidence })
export const inProgress = (reason: string, evidence: readonly string[] = []): Readiness => ({ status: 'in-progress', reason, evidence })
export const failed = (reason: string, evidence: readonly string[] = []): Readiness => ({ status: 'failed', reason, evidence })

export interface Condition {
  readonly status: string
  readonly reason: string
  readonly message: string
  /** Milliseconds since the epoch; undefined where it is not said. */
  readonly since: number | undefined
}

/** `status.conditions` entry of this type; undefined: the controller has not said. */
export function conditionOf(object: KubernetesObject, type: string): Condition | undefined {
  const found = itemsOf(objectAt(object, 'status')?.['conditions']).find((each) => each['type'] === type)
  if (found === undefined) return undefined
  const since = Date.parse(asString(found['lastTransitionTime']) ?? '')
  return {
    status: asString(found['status']) ?? 'Unknown',
    reason: asString(found['reason']) ?? '',
    message: asString(found['message']) ?? '',
    since: Number.isNaN(since) ? undefined : since,
  }
}

/** "Progressing is False: ProgressDeadlineExceeded, …" */
export const inWords = (type: string, condition: Condition): string =>
  `${type} is ${condition.status}${condition.reason === '' ? '' : ` (${condition.reason})`}${condition.message === '' ? '' : `: ${condition.message}`}`

/** A number of `status`; the API leaves zeroes out. */
export const count = (object: KubernetesObject, field: string): number => asNumber(objectAt(object, 'status')?.[field]) ?? 0

/** Replicas asked for; the API's default is 1. */
export const desiredReplicas = (object: KubernetesObject): number => asNumber(specOf(object)['replicas']) ?? 1

export const specOf = (object: KubernetesObject): JsonObject => objectAt(object, 'spec') ?? {}

/** True while the controller has not yet seen the newest generation: its status is about an older one. */
export function isStale(object: KubernetesObject): boolean {
  const observed = asNumber(objectAt(object, 'status')?.['observedGeneration'])
  const generation = asNumber(object.metadata.generation)
  return generation !== undefined && observed !== undefined && observed < generation
}

/** Workload controllers always set observedGeneration: without it they have not looked at all. */
export function isUnobserved(object: KubernetesObject): boolean {
  return isStale(object) || asNumber(objectAt(object, 'status')?.['observedGeneration']) === undefined
}
