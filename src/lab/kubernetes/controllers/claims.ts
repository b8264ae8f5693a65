import type { JsonObject } from '../../../domain/json.ts'
import { at, objectOf, textOf } from '../json.ts'
import { getStored, keyText, listStored, nextUid, putStored, timestamp } from '../store.ts'
import { recordEvent } from './events.ts'
import { CLAIMS, STORAGE_CLASSES, VOLUMES } from './kinds.ts'
import { isLeaving, nameOf, namespaceOf, uidOf } from './owner.ts'
import type { Moment } from './reconcile.ts'

/** Each claim gets a volume of its class; one whose class is not there waits, and an event says why. */
export function reconcileClaims(moment: Moment): void {
  const { world, now } = moment
  for (const claim of listStored(world, CLAIMS)) {
    const key = { resource: CLAIMS, namespace: namespaceOf(claim), name: nameOf(claim) }
    if (isLeaving(claim) || at(claim, 'status', 'phase') === 'Bound') continue
    if (now < (world.touched[keyText(key)] ?? 0) + world.controllerDelayMs) continue
    // Without a word the default class; '' asks for a volume that somebody made by hand.
    const wanted = textOf(at(claim, 'spec', 'storageClassName') ?? 'standard')
    if (getStored(world, { resource: STORAGE_CLASSES, namespace: '', name: wanted }) === undefined) {
      const message =
        wanted === ''
          ? 'no persistent volumes available for this claim and no storage class is set'
          : `storageclass.storage.k8s.io ${JSON.stringify(wanted)} not found`
      recordEvent(moment, claim, {
        type: wanted === '' ? 'Normal' : 'Warning',
        reason: wanted === '' ? 'FailedBinding' : 'ProvisioningFailed',
        message,
        source: 'persistentvolume-controller',
      })
      continue
    }
    putStored(world, key, bound(moment, claim))
  }
}

function bound({ world, now }: Moment, claim: JsonObject): JsonObject {
  const name = `pvc-${uidOf(claim)}`
  const capacity = objectOf(at(claim, 'spec', 'resources', 'requests'))
  const accessModes = at(claim, 'spec', 'accessModes') ?? []
  putStored(
    world,
    { resource: VOLUMES, namespace: '', name },
    {
      apiVersion: 'v1',
      kind: 'PersistentVolume',
      metadata: { name, uid: nextUid(world), creationTimestamp: timestamp(now) },
      spec: {
        capacity,
        accessModes,
        claimRef: { kind: 'PersistentVolumeClaim', namespace: namespaceOf(claim), name: nameOf(claim), uid: uidOf(claim) },
        persistentVolumeReclaimPolicy: 'Delete',
        storageClassName: textOf(at(claim, 'spec', 'storageClassName')),
      },
      status: { phase: 'Bound' },
    },
  )
  return { ...claim, spec: { ...objectOf(claim['spec']), volumeName: name }, status: { phase: 'Bound', accessModes, capacity } }
}
