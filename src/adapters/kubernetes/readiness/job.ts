import { diagnosePods } from '../diagnosis/diagnose.ts'
import type { ReadinessRule } from './rule.ts'
import { conditionOf, count, current, failed, inProgress, inWords, specOf } from './rule.ts'

/** kstatus calls a running Job Current; here it is ready only when Complete. A pod that fails is the Job's own affair until its backoff limit. */
export const jobReadiness: ReadinessRule = (object, around) => {
  const finding = diagnosePods(around.pods, around.events, around.now)
  if (conditionOf(object, 'Complete')?.status === 'True') return current('the Job is complete')
  const wrong = conditionOf(object, 'Failed')
  if (wrong?.status === 'True') return failed(inWords('Failed', wrong), finding?.evidence)
  if (specOf(object)['suspend'] === true) return inProgress('the Job is suspended')
  return inProgress(
    `the Job runs: ${count(object, 'active')} active, ${count(object, 'failed')} failed${finding ? `; ${finding.reason}` : ''}`,
    finding?.evidence,
  )
}
