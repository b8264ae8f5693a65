import type { JsonObject } from '../../../domain/json.ts'
import { at, numberOf, objectOf, objectsOf, withMembers } from '../json.ts'
import { hasLabels } from '../labels.ts'
import { isOwnedBy, listStored, nameSuffix, nextUid, putStored, removeStored, timestamp } from '../store.ts'
import type { PodFate } from '../world.ts'
import { NODES, PODS, REPLICA_SETS } from './kinds.ts'
import { nameOf, namespaceOf, ownedBy, uidOf } from './owner.ts'
import type { Moment } from './reconcile.ts'

/** As many pods as asked for: missing ones are made, surplus ones (the youngest first) go at once. */
export function reconcileReplicaSet(moment: Moment, set: JsonObject): void {
  const { world } = moment
  const wanted = numberOf(at(set, 'spec', 'replicas'))
  const pods = podsOf(moment, set)
  for (let missing = wanted - pods.length; missing > 0; missing--) makePod(moment, set)
  for (const pod of pods.slice(wanted)) removeStored(world, { resource: PODS, namespace: namespaceOf(pod), name: nameOf(pod) })

  const now = podsOf(moment, set)
  const ready = now.filter((pod) => isReady(pod)).length
  const status = withMembers(
    { replicas: now.length, terminatingReplicas: 0, observedGeneration: at(set, 'metadata', 'generation') },
    { fullyLabeledReplicas: now.length || undefined, readyReplicas: ready || undefined, availableReplicas: ready || undefined },
  )
  putStored(world, { resource: REPLICA_SETS, namespace: namespaceOf(set), name: nameOf(set) }, { ...set, status })
}

export const isReady = (pod: JsonObject): boolean =>
  objectsOf(at(pod, 'status', 'conditions')).some((each) => each['type'] === 'Ready' && each['status'] === 'True')

function podsOf({ world }: Moment, set: JsonObject): readonly JsonObject[] {
  return listStored(world, PODS, namespaceOf(set)).filter((pod) => isOwnedBy(pod, uidOf(set)))
}

function makePod(moment: Moment, set: JsonObject): void {
  const { world, now } = moment
  const uid = nextUid(world)
  const template = objectOf(at(set, 'spec', 'template'))
  const prefix = `${nameOf(set)}-`
  const name = `${prefix}${nameSuffix(uid)}`
  const outcome = outcomeOf(moment, template)
  world.pods[uid] = { startedAt: now, outcome }
  putStored(
    world,
    { resource: PODS, namespace: namespaceOf(set), name },
    {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: {
        name,
        generateName: prefix,
        namespace: namespaceOf(set),
        uid,
        generation: 1,
        creationTimestamp: timestamp(now),
        labels: at(template, 'metadata', 'labels'),
        ownerReferences: ownedBy(set),
      },
      spec: { ...objectOf(template['spec']), ...(outcome !== 'unschedulable' && { nodeName: 'lab-node' }) },
      status: { phase: 'Pending' },
    },
  )
}

/** The scheduler looks at `nodeSelector` alone; what becomes of a pod that has a node is a matter of faults. */
function outcomeOf({ world, faults }: Moment, template: JsonObject): PodFate['outcome'] {
  const wanted = at(template, 'spec', 'nodeSelector')
  const fits = wanted === undefined || listStored(world, NODES).some((each) => hasLabels(at(each, 'metadata', 'labels'), wanted))
  if (!fits) return 'unschedulable'
  return faults.has('image-not-found') ? 'image-not-found' : faults.has('pods-crash') ? 'crash' : 'ready'
}
