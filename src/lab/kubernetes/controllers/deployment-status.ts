import type { JsonObject } from '../../../domain/json.ts'
import { at, numberOf, objectsOf, textOf, withMembers } from '../json.ts'
import { timestamp } from '../store.ts'
import { nameOf } from './owner.ts'
import type { Moment } from './reconcile.ts'

interface Condition {
  readonly type: string
  readonly status: 'True' | 'False' | 'Unknown'
  readonly reason: string
  readonly message: string
}

/** `status` of a Deployment, counted over its ReplicaSets. The API leaves zeroes out. */
export function deploymentStatus(
  moment: Moment,
  deployment: JsonObject,
  newest: JsonObject | undefined,
  sets: readonly JsonObject[],
): JsonObject {
  const sum = (field: string): number => sets.reduce((total, set) => total + numberOf(at(set, 'status', field)), 0)
  const wanted = numberOf(at(deployment, 'spec', 'replicas'))
  const [available, updated] = [sum('availableReplicas'), numberOf(at(newest, 'status', 'replicas'))]
  const complete = updated === wanted && sum('replicas') === wanted && available >= wanted
  return withMembers(
    {},
    {
      observedGeneration: at(deployment, 'metadata', 'generation'),
      replicas: orNothing(sum('replicas')),
      updatedReplicas: orNothing(updated),
      readyReplicas: orNothing(sum('readyReplicas')),
      availableReplicas: orNothing(available),
      unavailableReplicas: orNothing(Math.max(sum('replicas'), wanted) - available),
      terminatingReplicas: 0,
      conditions: [availability(available >= wanted), progress(moment, deployment, newest, complete)].map((each) =>
        stamped(moment, deployment, each),
      ),
    },
  )
}

const orNothing = (count: number): number | undefined => (count > 0 ? count : undefined)

function availability(enough: boolean): Condition {
  return enough
    ? { type: 'Available', status: 'True', reason: 'MinimumReplicasAvailable', message: 'Deployment has minimum availability.' }
    : {
        type: 'Available',
        status: 'False',
        reason: 'MinimumReplicasUnavailable',
        message: 'Deployment does not have minimum availability.',
      }
}

function progress({ now }: Moment, deployment: JsonObject, newest: JsonObject | undefined, complete: boolean): Condition {
  if (newest === undefined) return { type: 'Progressing', status: 'Unknown', reason: 'DeploymentPaused', message: 'Deployment is paused' }
  const set = `ReplicaSet ${JSON.stringify(nameOf(newest))}`
  if (complete)
    return { type: 'Progressing', status: 'True', reason: 'NewReplicaSetAvailable', message: `${set} has successfully progressed.` }
  const deadline = numberOf(at(deployment, 'spec', 'progressDeadlineSeconds')) * 1000
  const started = Date.parse(textOf(at(newest, 'metadata', 'creationTimestamp')))
  if (now - started > deadline)
    return { type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded', message: `${set} has timed out progressing.` }
  return { type: 'Progressing', status: 'True', reason: 'ReplicaSetUpdated', message: `${set} is progressing.` }
}

/** Times move only when something did. */
function stamped({ now }: Moment, deployment: JsonObject, condition: Condition): JsonObject {
  const old = objectsOf(at(deployment, 'status', 'conditions')).find((each) => each['type'] === condition.type)
  const unchanged = old !== undefined && old['reason'] === condition.reason && old['message'] === condition.message
  return {
    ...condition,
    lastUpdateTime: unchanged ? old['lastUpdateTime'] : timestamp(now),
    lastTransitionTime: old?.['status'] === condition.status ? old['lastTransitionTime'] : timestamp(now),
  }
}
