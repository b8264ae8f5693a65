import type { GatePolicy } from '../domain/gate-policy.ts'
import type { Observation } from '../domain/observation.ts'
import type { GateProgress } from '../domain/records.ts'

/** What a gate has come to after an observation. */
export type GateStep =
  | { readonly is: 'going-on'; readonly progress: GateProgress }
  | { readonly is: 'passed'; readonly progress: GateProgress }
  | { readonly is: 'failed'; readonly progress: GateProgress; readonly verdict: 'fail' | 'timeout' | 'inconclusive' }

export const FRESH_GATE: GateProgress = {
  phase: 'settling',
  successesInARow: 0,
  observations: 0,
  passed: 0,
  failed: 0,
  inconclusive: 0,
  observedHoldMs: 0,
  unobservedMs: 0,
}

/** Wrong answers to a visitor in a row that are taken as a failure although the gate is still settling. */
export const WRONG_ANSWERS_IN_A_ROW = 2

/** What the loop knows beside the progress: how long it has been settling, how many wrong answers a visitor got in a row, how long nothing could be seen. */
export interface Settling {
  readonly settlingForMs: number
  readonly wrongInARow: number
  readonly blindForMs: number
  /** When the look that has just ended began (wall clock, ms): a slow look is not a gap, the time between looks is. */
  readonly lookedFrom: number
}

/** A look that takes longer than this saw nothing in between, milliseconds: the machine slept. */
const LONGEST_LOOK_MS = 30_000

/** Pure. The progress after one observation that ended at `now` (wall clock, ms). */
export function advance(policy: GatePolicy, before: GateProgress, settling: Settling, observation: Observation, now: number): GateStep {
  const counted = count(before, observation, now)
  return before.phase === 'holding'
    ? hold(policy, before, counted, settling, observation, now)
    : settle(policy, counted, settling, observation)
}

function count(before: GateProgress, observation: Observation, now: number): GateProgress {
  const { verdict } = observation
  const gathers = verdict === 'inconclusive' && observation.tooLittle !== undefined
  return {
    ...before,
    observations: before.observations + 1,
    passed: before.passed + (verdict === 'pass' ? 1 : 0),
    inconclusive: before.inconclusive + (verdict === 'inconclusive' && !gathers ? 1 : 0),
    ...(gathers && { gathering: (before.gathering ?? 0) + 1 }),
    successesInARow: verdict === 'pass' ? before.successesInARow + 1 : 0,
    lastObservedAt: now,
  }
}

function settle(policy: GatePolicy, progress: GateProgress, settling: Settling, observation: Observation): GateStep {
  if (observation.verdict === 'fail') return failed(progress, 'fail')
  if (settling.wrongInARow >= WRONG_ANSWERS_IN_A_ROW) return failed(progress, 'fail')
  if (progress.successesInARow >= policy.successThreshold) {
    if (policy.hold === 0) return { is: 'passed', progress: { ...progress, phase: 'passed' } }
    // What failed while settling was "not yet"; from here on it counts.
    return { is: 'going-on', progress: { ...progress, phase: 'holding', failed: 0 } }
  }
  // Time is never up on a good look: what comes next decides.
  if (observation.verdict === 'pass' || settling.settlingForMs < policy.timeout) return { is: 'going-on', progress }
  return failed(progress, observation.verdict === 'inconclusive' && policy.inconclusive === 'pause' ? 'inconclusive' : 'timeout')
}

function hold(
  policy: GatePolicy,
  before: GateProgress,
  counted: GateProgress,
  settling: Settling,
  observation: Observation,
  now: number,
): GateStep {
  const elapsed = Math.max(0, now - (before.lastObservedAt ?? now))
  const gap = Math.max(0, settling.lookedFrom - (before.lastObservedAt ?? now))
  const looking = now - settling.lookedFrom
  const seen =
    gap <= 2 * policy.interval && looking <= LONGEST_LOOK_MS && (observation.verdict !== 'inconclusive' || policy.inconclusive === 'ignore')
  const wrong =
    observation.verdict === 'pending' ||
    observation.verdict === 'fail' ||
    (observation.verdict === 'inconclusive' && policy.inconclusive === 'fail')
  const progress: GateProgress = {
    ...counted,
    failed: counted.failed + (wrong ? 1 : 0),
    observedHoldMs: counted.observedHoldMs + (seen ? elapsed : 0),
    unobservedMs: counted.unobservedMs + (seen ? 0 : elapsed),
  }
  if (observation.verdict === 'fail' || progress.failed > policy.failureThreshold) return failed(progress, 'fail')
  const blindTooLong = observation.verdict === 'inconclusive' && settling.blindForMs >= policy.timeout
  if (policy.inconclusive === 'pause' && blindTooLong) return failed(progress, 'inconclusive')
  // What is ignored is ignored for a while, not for ever.
  if (policy.inconclusive === 'ignore' && blindTooLong) return failed(progress, 'timeout')
  // The last look must be a good one: a hold never ends on an answer that was wrong or missing.
  if (progress.observedHoldMs >= policy.hold && observation.verdict === 'pass')
    return { is: 'passed', progress: { ...progress, phase: 'passed' } }
  return { is: 'going-on', progress }
}

/** How far the last look of a hold may be put off, in intervals: gaps count as observed up to two. */
const LONGEST_REST = 1.5

/** How long looks took, milliseconds: the last one, and the fastest so far. */
export interface Pace {
  readonly last: number
  readonly fastest: number
}

/**
 * Pure. How long to rest until the next look, milliseconds. Looks begin `interval` apart. Where a hold would lack but a little at the next beat, the look
 * waits for its end, so that no interval more is spent on it; and as a hold is over when a look ends, that look begins earlier by what the fastest took. Where
 * it was faster still, the hold's end is looked at once more, without a rest of a whole interval.
 */
export function restAfter(policy: GatePolicy, progress: GateProgress, interval: number, { last, fastest }: Pace): number {
  const beat = Math.max(0, interval - last)
  const left = progress.phase === 'holding' ? policy.hold - progress.observedHoldMs : 0
  if (left <= 0 || left > LONGEST_REST * interval) return beat
  const soon = interval / 2
  return left < soon ? left : Math.max(beat, left - Math.min(fastest, soon))
}

const failed = (progress: GateProgress, verdict: 'fail' | 'timeout' | 'inconclusive'): GateStep => ({
  is: 'failed',
  verdict,
  progress: { ...progress, phase: 'failed' },
})
