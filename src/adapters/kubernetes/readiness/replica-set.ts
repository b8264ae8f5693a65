import { diagnosePods, diagnoseReplicaSets } from '../diagnosis/diagnose.ts'
import type { ReadinessRule } from './rule.ts'
import { count, current, desiredReplicas, failed, inProgress, isUnobserved } from './rule.ts'

export const replicaSetReadiness: ReadinessRule = (object, around) => {
  const wanted = desiredReplicas(object)
  if (isUnobserved(object)) return inProgress('the controller has not seen the newest generation yet')
  const finding = diagnoseReplicaSets([object]) ?? diagnosePods(around.pods, around.events, around.now)
  if (finding?.fatal === true) return failed(finding.reason, finding.evidence)
  if (wanted === 0) return failed('the ReplicaSet asks for 0 replicas: nothing would answer')
  const available = count(object, 'availableReplicas')
  if (available < wanted)
    return inProgress(`${available} of ${wanted} replicas available${finding ? `: ${finding.reason}` : ''}`, finding?.evidence)
  if (count(object, 'replicas') > wanted) return inProgress(`${count(object, 'replicas') - wanted} replicas still to end`)
  return current(`${wanted} of ${wanted} replicas available`)
}
