import { diagnosePods } from '../diagnosis/diagnose.ts'
import { asNumber, objectAt } from '../json-reading.ts'
import type { ReadinessRule } from './rule.ts'
import { count, current, desiredReplicas, failed, inProgress, isUnobserved, specOf } from './rule.ts'

/** Ready when every replica runs the newest revision and is ready. `OnDelete` leaves the rollout to a person: only readiness is asked. */
export const statefulSetReadiness: ReadinessRule = (object, around) => {
  const wanted = desiredReplicas(object)
  if (wanted === 0) return failed('the StatefulSet asks for 0 replicas: nothing would answer')
  if (isUnobserved(object)) return inProgress('the controller has not seen the newest generation yet')
  const finding = diagnosePods(around.pods, around.events, around.now)
  if (finding?.fatal === true) return failed(finding.reason, finding.evidence)
  const evidence = finding?.evidence ?? []
  if (count(object, 'readyReplicas') < wanted)
    return inProgress(`${count(object, 'readyReplicas')} of ${wanted} replicas ready${finding ? `: ${finding.reason}` : ''}`, evidence)
  const strategy = objectAt(specOf(object), 'updateStrategy')
  if (strategy?.['type'] !== 'OnDelete') {
    const partition = asNumber(objectAt(strategy, 'rollingUpdate')?.['partition']) ?? 0
    const toUpdate = Math.max(0, wanted - partition)
    if (count(object, 'updatedReplicas') < toUpdate)
      return inProgress(`${count(object, 'updatedReplicas')} of ${toUpdate} replicas updated`, evidence)
  }
  if (count(object, 'replicas') > wanted) return inProgress(`${count(object, 'replicas') - wanted} replicas still to end`, evidence)
  return current(`${wanted} of ${wanted} replicas ready`)
}
