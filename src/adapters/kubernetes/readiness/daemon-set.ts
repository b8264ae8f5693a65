import { diagnosePods } from '../diagnosis/diagnose.ts'
import type { ReadinessRule } from './rule.ts'
import { count, current, failed, inProgress, isUnobserved } from './rule.ts'

/** Ready when every node that should run it does, with the newest template, available. No node at all is not ready. */
export const daemonSetReadiness: ReadinessRule = (object, around) => {
  if (isUnobserved(object)) return inProgress('the controller has not seen the newest generation yet')
  const finding = diagnosePods(around.pods, around.events, around.now)
  if (finding?.fatal === true) return failed(finding.reason, finding.evidence)
  const wanted = count(object, 'desiredNumberScheduled')
  if (wanted === 0) return inProgress('no node matches the DaemonSet')
  const short = (['updatedNumberScheduled', 'numberReady', 'numberAvailable'] as const).find((field) => count(object, field) < wanted)
  if (short !== undefined)
    return inProgress(`${short} is ${count(object, short)} of ${wanted}${finding ? `: ${finding.reason}` : ''}`, finding?.evidence)
  return current(`available on ${wanted} of ${wanted} nodes`)
}
