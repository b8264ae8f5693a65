import { asString, objectAt } from '../json-reading.ts'
import type { ReadinessRule } from './rule.ts'
import { current, failed, inProgress } from './rule.ts'

/** A claim whose class waits for its first consumer stays Pending until a pod uses it: nothing to wait for (facts: Kubernetes 9). */
export const persistentVolumeClaimReadiness: ReadinessRule = (object, around) => {
  const phase = asString(objectAt(object, 'status')?.['phase'])
  if (phase === 'Bound') return current('the claim is bound')
  if (phase === 'Lost') return failed('the claim has lost its volume')
  const waits = around.bindingMode === 'WaitForFirstConsumer' || around.events.some((event) => event['reason'] === 'WaitForFirstConsumer')
  if (waits) return current('the claim binds when the first pod uses it')
  const trouble = around.events
    .filter((event) => event['type'] === 'Warning')
    .map((event) => `${String(event['reason'])}: ${String(event['message'])}`)
  return inProgress(`the claim is ${phase ?? 'not seen yet'}`, trouble.slice(-3))
}
