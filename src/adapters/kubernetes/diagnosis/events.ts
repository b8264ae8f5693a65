import type { KubernetesObject } from '../../../domain/ports/kubernetes.ts'
import { asNumber, asString, objectAt } from '../json-reading.ts'

/** An Event as far as a diagnosis reads it. */
export interface EventAbout {
  readonly reason: string
  readonly message: string
  readonly warning: boolean
  readonly count: number
  /** `spec.containers{web}` where it is about one container. */
  readonly fieldPath: string | undefined
  /** Milliseconds since the epoch; 0 where it is not said. */
  readonly time: number
}

/** Events about an object, oldest first. Old and new style events keep their time in different fields. */
export function eventsAbout(events: readonly KubernetesObject[], object: KubernetesObject): readonly EventAbout[] {
  return events
    .filter((event) => concerns(event, object))
    .map((event) => ({
      reason: asString(event['reason']) ?? '',
      message: asString(event['message']) ?? '',
      warning: event['type'] === 'Warning',
      count: asNumber(event['count']) ?? asNumber(objectAt(event, 'series')?.['count']) ?? 1,
      fieldPath: asString(objectAt(event, 'involvedObject')?.['fieldPath']),
      time: timeOf(event),
    }))
    .sort((a, b) => a.time - b.time)
}

/** By UID: a name may have belonged to another object an hour ago. */
function concerns(event: KubernetesObject, object: KubernetesObject): boolean {
  const involved = objectAt(event, 'involvedObject')
  const uid = asString(involved?.['uid'])
  return uid === undefined ? involved?.['name'] === object.metadata.name && involved['kind'] === object.kind : uid === object.metadata.uid
}

function timeOf(event: KubernetesObject): number {
  const stamps = [
    event['lastTimestamp'],
    objectAt(event, 'series')?.['lastObservedTime'],
    event['eventTime'],
    event.metadata['creationTimestamp'],
  ]
  const first = stamps.map((each) => Date.parse(asString(each) ?? '')).find((each) => !Number.isNaN(each))
  return first ?? 0
}
