import { diagnosePods } from '../diagnosis/diagnose.ts'
import { asString, objectAt } from '../json-reading.ts'
import type { ReadinessRule } from './rule.ts'
import { conditionOf, current, failed, inProgress, inWords } from './rule.ts'

/** kstatus calls a failed Pod Current; here it is failed. */
export const podReadiness: ReadinessRule = (object, around) => {
  const status = objectAt(object, 'status')
  const phase = asString(status?.['phase'])
  if (phase === 'Succeeded') return current('the pod has done its work')
  const finding = diagnosePods([object], around.events, around.now)
  const why = asString(status?.['reason'])
  if (phase === 'Failed') return failed(`the pod failed${why === undefined ? '' : ` (${why})`}`, finding?.evidence)
  if (finding?.fatal === true) return failed(finding.reason, finding.evidence)
  const ready = conditionOf(object, 'Ready')
  if (ready?.status === 'True') return current('the pod is ready')
  return inProgress(
    finding?.reason ?? (ready === undefined ? `the pod is ${phase ?? 'not seen by its node yet'}` : inWords('Ready', ready)),
    finding?.evidence,
  )
}
