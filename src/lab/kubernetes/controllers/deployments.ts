import { createHash } from 'node:crypto'
import type { JsonObject } from '../../../domain/json.ts'
import { canonicalJson } from '../../../domain/json.ts'
import { at, numberOf, objectOf, textOf } from '../json.ts'
import { getStored, isOwnedBy, keyText, listStored, nameSuffix, nextUid, putStored, timestamp } from '../store.ts'
import { deploymentStatus } from './deployment-status.ts'
import { DEPLOYMENTS, REPLICA_SETS } from './kinds.ts'
import { isLeaving, nameOf, namespaceOf, ownedBy, uidOf } from './owner.ts'
import type { Moment } from './reconcile.ts'
import { reconcileReplicaSet } from './replica-sets.ts'

const REVISION = 'deployment.kubernetes.io/revision'

/** Deployments whose last change is old enough to have been noticed: newest ReplicaSet, old ones scaled down, status. */
export function reconcileDeployments(moment: Moment): void {
  const { world, now } = moment
  for (const deployment of listStored(world, DEPLOYMENTS)) {
    const key = { resource: DEPLOYMENTS, namespace: namespaceOf(deployment), name: nameOf(deployment) }
    const touched = world.touched[keyText(key)] ?? 0
    if (isLeaving(deployment) || now < touched + world.controllerDelayMs) continue
    if (at(deployment, 'spec', 'paused') !== true) rollOut(moment, deployment)
    const sets = replicaSetsOf(moment, deployment)
    for (const set of sets) reconcileReplicaSet(moment, set)
    const current = replicaSetsOf(moment, deployment)
    const newest = current.find((set) => hashOf(set) === templateHash(deployment))
    const metadata = objectOf(deployment['metadata'])
    const annotations =
      newest === undefined ? metadata['annotations'] : { ...objectOf(metadata['annotations']), [REVISION]: String(revisionOf(newest)) }
    const status = deploymentStatus(moment, objectOf(getStored(world, key)), newest, current)
    putStored(world, key, { ...deployment, metadata: { ...metadata, ...(annotations !== undefined && { annotations }) }, status })
  }
}

function replicaSetsOf({ world }: Moment, deployment: JsonObject): readonly JsonObject[] {
  return listStored(world, REPLICA_SETS, namespaceOf(deployment)).filter((set) => isOwnedBy(set, uidOf(deployment)))
}

const templateHash = (deployment: JsonObject): string =>
  createHash('sha256')
    .update(canonicalJson(at(deployment, 'spec', 'template')))
    .digest('hex')
    .slice(0, 10)
const hashOf = (set: JsonObject): string => textOf(at(set, 'metadata', 'labels', 'pod-template-hash'))
const revisionOf = (set: JsonObject): number => Number(textOf(at(set, 'metadata', 'annotations', REVISION)))

/**
 * The newest ReplicaSet gets all replicas at once (the real controller goes in steps of maxSurge); older ones give theirs up
 * when it is ready, so that there are never fewer ready pods than asked for.
 */
function rollOut(moment: Moment, deployment: JsonObject): void {
  const wanted = numberOf(at(deployment, 'spec', 'replicas'))
  const sets = replicaSetsOf(moment, deployment)
  const hash = templateHash(deployment)
  const found = sets.find((set) => hashOf(set) === hash)
  const revision = Math.max(0, ...sets.map((set) => revisionOf(set)))
  const newest =
    found === undefined
      ? makeReplicaSet(moment, deployment, hash, revision + 1)
      : withRevision(found, revisionOf(found) === revision ? revision : revision + 1)
  const scaled = scale(moment, newest, wanted)
  if (numberOf(at(scaled, 'status', 'readyReplicas')) < wanted) return
  for (const old of sets) if (hashOf(old) !== hash) scale(moment, old, 0)
}

function scale({ world }: Moment, set: JsonObject, replicas: number): JsonObject {
  const metadata = objectOf(set['metadata'])
  const changed = at(set, 'spec', 'replicas') !== replicas
  const generation = numberOf(metadata['generation']) + (changed ? 1 : 0)
  return putStored(
    world,
    { resource: REPLICA_SETS, namespace: namespaceOf(set), name: nameOf(set) },
    { ...set, metadata: { ...metadata, generation }, spec: { ...objectOf(set['spec']), replicas } },
  )
}

/** A template that comes back is the newest again. */
function withRevision(set: JsonObject, revision: number): JsonObject {
  const metadata = objectOf(set['metadata'])
  return { ...set, metadata: { ...metadata, annotations: { ...objectOf(metadata['annotations']), [REVISION]: String(revision) } } }
}

function makeReplicaSet({ world, now }: Moment, deployment: JsonObject, hash: string, revision: number): JsonObject {
  const template = objectOf(at(deployment, 'spec', 'template'))
  const labels = { ...objectOf(at(template, 'metadata', 'labels')), 'pod-template-hash': hash }
  const replicas = at(deployment, 'spec', 'replicas')
  const name = `${nameOf(deployment)}-${nameSuffix(hash, 10)}`
  const set = {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      name,
      namespace: namespaceOf(deployment),
      uid: nextUid(world),
      generation: 1,
      creationTimestamp: timestamp(now),
      labels,
      annotations: { 'deployment.kubernetes.io/desired-replicas': String(numberOf(replicas)), [REVISION]: String(revision) },
      ownerReferences: ownedBy(deployment),
    },
    spec: {
      replicas,
      selector: { matchLabels: { ...objectOf(at(deployment, 'spec', 'selector', 'matchLabels')), 'pod-template-hash': hash } },
      template: { ...template, metadata: { ...objectOf(template['metadata']), labels } },
    },
    status: { replicas: 0 },
  }
  return putStored(world, { resource: REPLICA_SETS, namespace: namespaceOf(deployment), name }, set)
}
