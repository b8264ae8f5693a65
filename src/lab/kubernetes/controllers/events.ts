import type { JsonObject } from '../../../domain/json.ts'
import { textOf } from '../json.ts'
import { getStored, nameSuffix, nextUid, putStored, timestamp } from '../store.ts'
import { EVENTS } from './kinds.ts'
import { nameOf, namespaceOf, uidOf } from './owner.ts'
import type { Moment } from './reconcile.ts'

/** An Event about an object, or about one container of a pod; told once. */
export function recordEvent(
  { world, now }: Moment,
  object: JsonObject,
  event: {
    readonly type: string
    readonly reason: string
    readonly message: string
    readonly container?: string
    /** Who tells it; the kubelet unless told. */
    readonly source?: string
  },
): void {
  const name = `${nameOf(object)}.${nameSuffix(`${uidOf(object)} ${event.reason} ${event.message}`, 16)}`
  const key = { resource: EVENTS, namespace: namespaceOf(object), name }
  if (getStored(world, key) !== undefined) return
  putStored(world, key, {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name, namespace: namespaceOf(object), uid: nextUid(world), creationTimestamp: timestamp(now) },
    involvedObject: {
      kind: textOf(object['kind']) || 'Pod',
      namespace: namespaceOf(object),
      name: nameOf(object),
      uid: uidOf(object),
      apiVersion: 'v1',
      ...(event.container !== undefined && { fieldPath: `spec.containers{${event.container}}` }),
    },
    reason: event.reason,
    message: event.message,
    source: event.source === undefined ? { component: 'kubelet', host: 'lab-node' } : { component: event.source },
    firstTimestamp: timestamp(now),
    lastTimestamp: timestamp(now),
    count: 1,
    type: event.type,
    eventTime: null,
    reportingComponent: event.source ?? 'kubelet',
    reportingInstance: event.source === undefined ? 'lab-node' : '',
  })
}
