import type { Json, JsonObject } from '../../../domain/json.ts'
import { at, numberOf, objectOf, objectsOf, textOf } from '../json.ts'
import { hasLabels } from '../labels.ts'
import { isOwnedBy, listStored, nameSuffix, nextUid, putStored, timestamp } from '../store.ts'
import { ENDPOINT_SLICES, PODS, SERVICES } from './kinds.ts'
import { isLeaving, nameOf, namespaceOf, ownedBy, uidOf } from './owner.ts'
import { addressOf } from './pods.ts'
import type { Moment } from './reconcile.ts'
import { isReady } from './replica-sets.ts'

/** One slice for each Service with a selector: the pods it selects that have a node, ready or not. */
export function reconcileEndpointSlices(moment: Moment): void {
  const { world } = moment
  for (const service of listStored(world, SERVICES)) {
    const selector = at(service, 'spec', 'selector')
    if (selector === undefined || isLeaving(service)) continue
    const pods = listStored(world, PODS, namespaceOf(service)).filter(
      (pod) => hasLabels(at(pod, 'metadata', 'labels'), selector) && at(pod, 'spec', 'nodeName') !== undefined,
    )
    const before = listStored(world, ENDPOINT_SLICES, namespaceOf(service)).find((slice) => isOwnedBy(slice, uidOf(service)))
    const slice: JsonObject = {
      ...(before ?? newSlice(moment, service)),
      endpoints: pods.length === 0 ? null : pods.map((pod) => endpoint(pod)),
      ports: pods.length === 0 ? null : ports(service, pods),
    }
    const generation =
      numberOf(at(slice, 'metadata', 'generation')) +
      (before !== undefined && JSON.stringify(before['endpoints']) !== JSON.stringify(slice['endpoints']) ? 1 : 0)
    putStored(
      world,
      { resource: ENDPOINT_SLICES, namespace: namespaceOf(service), name: nameOf(slice) },
      { ...slice, metadata: { ...objectOf(slice['metadata']), generation } },
    )
  }
}

function newSlice({ world, now }: Moment, service: JsonObject): JsonObject {
  const uid = nextUid(world)
  const prefix = `${nameOf(service)}-`
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      name: `${prefix}${nameSuffix(uid)}`,
      generateName: prefix,
      namespace: namespaceOf(service),
      uid,
      generation: 1,
      creationTimestamp: timestamp(now),
      labels: {
        ...objectOf(at(service, 'metadata', 'labels')),
        'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io',
        'kubernetes.io/service-name': nameOf(service),
      },
      ownerReferences: ownedBy(service),
    },
    addressType: 'IPv4',
  }
}

function endpoint(pod: JsonObject): JsonObject {
  const ready = isReady(pod)
  return {
    addresses: [addressOf(pod)],
    conditions: { ready, serving: ready, terminating: false },
    targetRef: { kind: 'Pod', namespace: namespaceOf(pod), name: nameOf(pod), uid: uidOf(pod) },
    nodeName: 'lab-node',
  }
}

/** A target port by name is looked up in the pods' containers; one that no container has leaves the port out. */
function ports(service: JsonObject, pods: readonly JsonObject[]): Json {
  const named = pods.flatMap((pod) => objectsOf(at(pod, 'spec', 'containers')).flatMap((container) => objectsOf(container['ports'])))
  return objectsOf(at(service, 'spec', 'ports')).flatMap((port) => {
    const target = port['targetPort']
    const number = typeof target === 'string' ? named.find((each) => each['name'] === target)?.['containerPort'] : target
    return number === undefined ? [] : [{ name: textOf(port['name']), protocol: port['protocol'], port: number }]
  })
}
