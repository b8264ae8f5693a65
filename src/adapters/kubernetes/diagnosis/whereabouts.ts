import type { JsonObject } from '../../../domain/json.ts'
import type { KubernetesObject } from '../../../domain/ports/kubernetes.ts'
import { asString, itemsOf, objectAt } from '../json-reading.ts'
import { conditionOf } from '../readiness/rule.ts'
import { eventsAbout } from './events.ts'

/**
 * Where pods are that nothing is known to be wrong with, and that are not ready: "1 pod Pending (pulling its image), 1 pod Running (not ready yet)".
 * Undefined: each is ready. Pods that are ending are left out.
 */
export function whereaboutsOf(pods: readonly KubernetesObject[], events: readonly KubernetesObject[]): string | undefined {
  const living = pods.filter((pod) => pod.metadata.deletionTimestamp === undefined)
  if (living.length === 0) return 'no pod of it exists yet'
  const counts = new Map<string, number>()
  for (const pod of living) {
    const where = whereIs(pod, events)
    if (where !== undefined) counts.set(where, (counts.get(where) ?? 0) + 1)
  }
  if (counts.size === 0) return undefined
  return [...counts].map(([where, count]) => `${count} ${count === 1 ? 'pod' : 'pods'} ${where}`).join(', ')
}

/** One line of evidence for each of those pods. */
export const whereEachIs = (pods: readonly KubernetesObject[], events: readonly KubernetesObject[]): readonly string[] =>
  pods
    .filter((pod) => pod.metadata.deletionTimestamp === undefined)
    .flatMap((pod) => {
      const where = whereIs(pod, events)
      return where === undefined ? [] : [`pod ${pod.metadata.name}: ${where}`]
    })

/** The phase, and what a pod in it waits for. */
function whereIs(pod: KubernetesObject, events: readonly KubernetesObject[]): string | undefined {
  if (conditionOf(pod, 'Ready')?.status === 'True') return undefined
  const phase = asString(objectAt(pod, 'status')?.['phase']) ?? 'Pending'
  if (phase === 'Running') return 'Running (not ready yet)'
  return phase === 'Pending' ? `Pending (${waitsFor(pod, events)})` : phase
}

function waitsFor(pod: KubernetesObject, events: readonly KubernetesObject[]): string {
  const node = asString(objectAt(pod, 'spec')?.['nodeName'])
  if (node === undefined) return 'no node was chosen yet'
  if (isPulling(pod, events)) return 'pulling its image'
  const reasons = itemsOf(objectAt(pod, 'status')?.['containerStatuses']).map(waitingReason)
  return reasons.find((reason) => reason !== undefined) ?? `node ${node} has not begun with it yet`
}

const waitingReason = (status: JsonObject): string | undefined => asString(objectAt(status, 'state', 'waiting')?.['reason'])

/** The node tells of each pull when it begins, and when it is over, well or not. */
function isPulling(pod: KubernetesObject, events: readonly KubernetesObject[]): boolean {
  const last = new Map<string, string>()
  for (const { reason, fieldPath = '' } of eventsAbout(events, pod))
    if (reason === 'Pulling' || reason === 'Pulled' || reason === 'Failed') last.set(fieldPath, reason)
  return [...last.values()].includes('Pulling')
}
