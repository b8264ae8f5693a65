import { formatDuration } from '../../domain/duration.ts'
import type { GatePolicy } from '../../domain/gate-policy.ts'
import type { Observation } from '../../domain/observation.ts'
import type { GateName, GateProgress } from '../../domain/records.ts'

/** What a gate is called to a person: a step's own check, or the gate of that kind in the plan. */
export function gateTitle(gate: GateName, kind: string): string {
  if (gate === 'before') return `look right before ${kind}`
  return gate === 'own' ? `check of ${kind}` : `gate ${kind}`
}

/** What the gate asks for: "5 passes in a row within 1m, then 5m held with at most 2 failures". */
export function policyText(policy: GatePolicy): string {
  const row = policy.successThreshold > 1 ? `${policy.successThreshold} passes in a row` : 'one pass'
  const settle = `${row} within ${formatDuration(policy.timeout)}`
  const hold =
    policy.hold > 0 ? `, then held for ${formatDuration(policy.hold)} with at most ${count(policy.failureThreshold, 'failure')}` : ''
  return `${settle}${hold}, a look every ${formatDuration(policy.interval)}`
}

/** What a look said, in a word. */
export function lookWord(observation: Observation): string {
  switch (observation.verdict) {
    case 'pass':
      return 'seen'
    case 'pending':
      return 'not yet'
    case 'fail':
      return 'wrong'
    case 'inconclusive':
      return observation.tooLittle === undefined ? 'could not see' : 'gathering'
  }
}

/** How far it has come: "3 of 5 passes in a row", "held 2m10s of 5m". */
export function progressText(progress: GateProgress, policy: Pick<GatePolicy, 'successThreshold' | 'hold' | 'failureThreshold'>): string {
  if (progress.phase === 'passed') return 'passed'
  if (progress.phase === 'failed') return 'failed'
  if (progress.phase === 'settling') return `${progress.successesInARow} of ${policy.successThreshold} passes in a row`
  const tolerated = policy.failureThreshold > 0 ? `, ${progress.failed} of at most ${count(policy.failureThreshold, 'failure')}` : ''
  return `held ${formatDuration(progress.observedHoldMs)} of ${formatDuration(policy.hold)}${tolerated}`
}

/** "130 observations: 126 passed, 2 failed, 1 not yet, 1 could not see; 12s unobserved". What did not occur is left out, except passes. */
export function observationsText(progress: GateProgress): string {
  const { gathering = 0 } = progress
  const waiting = progress.observations - progress.passed - progress.failed - progress.inconclusive - gathering
  const parts = [
    `${progress.passed} passed`,
    ...(progress.failed > 0 ? [`${progress.failed} failed`] : []),
    ...(waiting > 0 ? [`${waiting} not yet`] : []),
    ...(gathering > 0 ? [`${gathering} while gathering`] : []),
    ...(progress.inconclusive > 0 ? [`${progress.inconclusive} could not see`] : []),
  ]
  const gap = progress.unobservedMs > 0 ? `; ${formatDuration(progress.unobservedMs)} unobserved` : ''
  return `${count(progress.observations, 'observation')}: ${parts.join(', ')}${gap}`
}

/** `1 failure`, `2 failures`. */
export const count = (amount: number, noun: string): string => `${amount} ${noun}${amount === 1 ? '' : 's'}`
