import { diagnosePods, diagnoseReplicaSets } from '../diagnosis/diagnose.ts'
import { whereaboutsOf, whereEachIs } from '../diagnosis/whereabouts.ts'
import type { ReadinessRule, Surroundings } from './rule.ts'
import { conditionOf, count, current, desiredReplicas, failed, inProgress, inWords, isUnobserved, specOf } from './rule.ts'

/** Ready when all replicas are of the newest template and available, and none of an older one is left. */
export const deploymentReadiness: ReadinessRule = (object, around) => {
  const wanted = desiredReplicas(object)
  // A paused Deployment never progresses, and its deadline does not run either (facts: Kubernetes 2).
  if (specOf(object)['paused'] === true) return failed('the Deployment is paused: it will not roll out until somebody resumes it')
  if (wanted === 0) return failed('the Deployment asks for 0 replicas: nothing would answer visitors')
  if (isUnobserved(object)) return inProgress('the controller has not seen the newest generation yet')

  const finding = diagnoseReplicaSets(around.replicaSets) ?? diagnosePods(around.pods, around.events, around.now)
  const progressing = conditionOf(object, 'Progressing')
  if (finding?.fatal === true) return failed(finding.reason, finding.evidence)
  if (progressing?.reason === 'ProgressDeadlineExceeded') {
    const said = inWords('Progressing', progressing)
    if (finding !== undefined) return failed(finding.reason, [said, ...finding.evidence])
    return failed(withWhereabouts(progressing.message.replace(/\.$/, ''), around), [said, ...whereEachIs(around.pods, around.events)])
  }
  const waiting = shortfall(wanted, {
    replicas: count(object, 'replicas'),
    updated: count(object, 'updatedReplicas'),
    ready: count(object, 'readyReplicas'),
    available: count(object, 'availableReplicas'),
  })
  const reason =
    waiting === undefined ? undefined : finding === undefined ? withWhereabouts(waiting, around) : `${waiting}: ${finding.reason}`
  if (reason !== undefined) return inProgress(reason, finding?.evidence ?? [])
  const available = conditionOf(object, 'Available')
  if (available?.status !== 'True')
    return inProgress(available === undefined ? 'the controller has not said that it is available' : inWords('Available', available))
  return current(`${wanted} of ${wanted} replicas available`)
}

/** Pods that could not tell what holds them up may still be somewhere; before the newest ReplicaSet is known, none of its pods can be. */
function withWhereabouts(text: string, { replicaSets, pods, events }: Surroundings): string {
  const where = replicaSets.length === 0 ? undefined : whereaboutsOf(pods, events)
  return where === undefined ? text : `${text}: ${where}`
}

function shortfall(wanted: number, have: { replicas: number; updated: number; ready: number; available: number }): string | undefined {
  if (have.updated < wanted) return `${have.updated} of ${wanted} replicas updated`
  if (have.replicas > have.updated) return `${have.replicas - have.updated} old replicas still to end`
  if (have.ready < wanted) return `${have.ready} of ${wanted} replicas ready`
  if (have.available < wanted) return `${have.available} of ${wanted} replicas available`
  return undefined
}
