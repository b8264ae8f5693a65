import type { KubernetesObject } from '../../../domain/ports/kubernetes.ts'
import { asString, itemsOf, objectAt } from '../json-reading.ts'
import { exceededQuota } from '../quota.ts'
import { conditionOf } from '../readiness/rule.ts'
import type { ContainerInPod } from './container.ts'
import { diagnoseContainer } from './container.ts'
import { eventsAbout } from './events.ts'
import type { Finding } from './finding.ts'

/** A new node needs a moment to join, an old pod to leave: until then a pod that finds no node is only waiting (facts: Kubernetes 3). */
const UNSCHEDULABLE_AFTER_MS = 15_000

/**
 * The worst that is wrong with these pods; undefined: nothing. Pods that are ending are left out. What is fatal comes first, then what is
 * waited for.
 */
export function diagnosePods(pods: readonly KubernetesObject[], events: readonly KubernetesObject[], now: number): Finding | undefined {
  const findings = pods.filter((pod) => pod.metadata.deletionTimestamp === undefined).flatMap((pod) => diagnosePod(pod, events, now))
  return findings.find((each) => each.fatal) ?? findings[0]
}

/** Whether events could change what `diagnosePods` says: where every container of every pod is ready, they cannot. */
export const eventsMatter = (pods: readonly KubernetesObject[]): boolean =>
  pods.some(
    (pod) =>
      conditionOf(pod, 'Ready')?.status !== 'True' ||
      [...containersOf(pod, 'initContainerStatuses'), ...containersOf(pod, 'containerStatuses')].some(
        ({ status }) => status['ready'] !== true,
      ),
  )

/** A quota or an admission rule that forbids the pods: no pod exists that could tell. */
export function diagnoseReplicaSets(replicaSets: readonly KubernetesObject[]): Finding | undefined {
  for (const replicaSet of replicaSets) {
    const failure = conditionOf(replicaSet, 'ReplicaFailure')
    if (failure?.status !== 'True' || failure.reason !== 'FailedCreate') continue
    return {
      fatal: true,
      reason: `pods cannot be created: ${exceededQuota(failure.message) ?? failure.message}`,
      evidence: [`ReplicaSet ${replicaSet.metadata.name}: ${failure.reason}: ${failure.message}`],
    }
  }
  return undefined
}

function diagnosePod(pod: KubernetesObject, events: readonly KubernetesObject[], now: number): readonly Finding[] {
  const unschedulable = scheduling(pod, now)
  if (unschedulable !== undefined) return [unschedulable]
  const found = [...containersOf(pod, 'initContainerStatuses'), ...containersOf(pod, 'containerStatuses')]
    .map((each) => diagnoseContainer({ ...each, pod, events }))
    .filter((each) => each !== undefined)
  return found.length > 0 ? found : startUp(pod, events)
}

function containersOf(
  pod: KubernetesObject,
  field: 'initContainerStatuses' | 'containerStatuses',
): readonly Omit<ContainerInPod, 'pod' | 'events'>[] {
  const init = field === 'initContainerStatuses'
  return (
    itemsOf(objectAt(pod, 'status')?.[field])
      // An init container that has ended well has done its work, although it is not "ready" in every version.
      .filter((status) => !(init && objectAt(status, 'state', 'terminated')?.['exitCode'] === 0))
      .map((status) => ({ name: asString(status['name']) ?? '', init, status }))
  )
}

function scheduling(pod: KubernetesObject, now: number): Finding | undefined {
  const scheduled = conditionOf(pod, 'PodScheduled')
  if (scheduled?.status !== 'False' || scheduled.reason !== 'Unschedulable') return undefined
  const fatal = scheduled.since !== undefined && now - scheduled.since >= UNSCHEDULABLE_AFTER_MS
  return {
    fatal,
    reason: `no node takes pod ${pod.metadata.name}`,
    evidence: [`pod ${pod.metadata.name}: Unschedulable: ${scheduled.message}`],
  }
}

/** Between scheduling and the first container: volumes that do not mount, a network that is not set up. Both may yet come. */
function startUp(pod: KubernetesObject, events: readonly KubernetesObject[]): readonly Finding[] {
  if (conditionOf(pod, 'Ready')?.status === 'True') return []
  const trouble = eventsAbout(events, pod).filter(
    (event) =>
      event.warning &&
      (event.reason === 'FailedMount' || event.reason === 'FailedAttachVolume' || event.reason === 'FailedCreatePodSandBox'),
  )
  const newest = trouble.at(-1)
  if (newest === undefined) return []
  return [
    {
      fatal: false,
      reason: `pod ${pod.metadata.name} cannot start yet: ${newest.message}`,
      evidence: [`pod ${pod.metadata.name}: ${newest.reason}: ${newest.message}`],
    },
  ]
}
