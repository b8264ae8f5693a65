import type { JsonObject } from '../../../domain/json.ts'
import { getStored, nameSuffix, nextUid, putStored, timestamp } from '../store.ts'
import { EVENTS } from './kinds.ts'
import { nameOf, namespaceOf, uidOf } from './owner.ts'
import type { Moment } from './reconcile.ts'

/** An Event about one container of a pod, told once. */
export function recordEvent(
  { world, now }: Moment,
  pod: JsonObject,
  event: { readonly type: string; readonly reason: string; readonly message: string; readonly container: string },
): void {
  const name = `${nameOf(pod)}.${nameSuffix(`${uidOf(pod)} ${event.reason} ${event.message}`, 16)}`
  const key = { resource: EVENTS, namespace: namespaceOf(pod), name }
  if (getStored(world, key) !== undefined) return
  putStored(world, key, {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name, namespace: namespaceOf(pod), uid: nextUid(world), creationTimestamp: timestamp(now) },
    involvedObject: {
      kind: 'Pod',
      namespace: namespaceOf(pod),
      name: nameOf(pod),
      uid: uidOf(pod),
      apiVersion: 'v1',
      fieldPath: `spec.containers{${event.container}}`,
    },
    reason: event.reason,
    message: event.message,
    source: { component: 'kubelet', host: 'lab-node' },
    firstTimestamp: timestamp(now),
    lastTimestamp: timestamp(now),
    count: 1,
    type: event.type,
    eventTime: null,
    reportingComponent: 'kubelet',
    reportingInstance: 'lab-node',
  })
}
