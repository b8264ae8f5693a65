import type { ReadinessRule } from './rule.ts'
import { conditionOf, current, failed, inProgress, inWords, isStale } from './rule.ts'

/** Kinds without a rule of their own say it by convention: Stalled, Reconciling, Ready and the observed generation (kstatus). */
export const anyObjectReadiness: ReadinessRule = (object) => {
  if (isStale(object)) return inProgress('its controller has not seen the newest generation yet')
  const stalled = conditionOf(object, 'Stalled')
  if (stalled?.status === 'True') return failed(inWords('Stalled', stalled))
  const reconciling = conditionOf(object, 'Reconciling')
  if (reconciling?.status === 'True') return inProgress(inWords('Reconciling', reconciling))
  const ready = conditionOf(object, 'Ready')
  if (ready !== undefined && ready.status !== 'True') return inProgress(inWords('Ready', ready))
  return current(ready === undefined ? 'it exists' : 'it is ready')
}
