import type { BothSides, Sample } from './sample.ts'
import { rateOf } from './sample.ts'

export interface Limits {
  /** Requests a side from which on a sample decides. */
  readonly samples: number
  /** How much more often the new side may fail than the old one: a part of all requests, 0.01. */
  readonly errorRate: number
  /** How many times the old side's p95 the new one's may be. */
  readonly slower: number
}

/** A difference that nobody notices, seconds. */
const UNNOTICED = 0.05
/** Rates are quotients: what differs by less is equal. */
const ROUNDING = 1e-9

export const isEnough = ({ old, new: fresh }: BothSides<Sample>, { samples }: Limits): boolean =>
  old.requests >= samples && fresh.requests >= samples

/** The new side fails more often than it may, by what has been seen so far. */
export const failsTooOften = ({ old, new: fresh }: BothSides<Sample>, { errorRate }: Limits): boolean =>
  rateOf(fresh) > rateOf(old) + errorRate + ROUNDING

/** The same although all requests up to the least number would turn out well. */
export const willFailTooOften = ({ old, new: fresh }: BothSides<Sample>, limits: Limits): boolean =>
  failsTooOften({ old, new: atLeast(fresh, limits) }, limits)

/** The old side fails so often that nothing can be judged by it, although all requests up to the least number would turn out well. */
export const isBroken = (side: Sample, limits: Limits): boolean => rateOf(atLeast(side, limits)) > limits.errorRate + ROUNDING

const atLeast = (side: Sample, { samples }: Limits): Sample => ({ ...side, requests: Math.max(side.requests, samples) })

/**
 * How the new side's p95 compares. `unclear`: by Prometheus' guess it is too slow, but the buckets that both lie in would also allow that it is not.
 * No answer at all has no time: whether there should have been one is for the failures to say.
 */
export function latencyOf({ old, new: fresh }: BothSides<Sample>, { slower }: Limits): 'fine' | 'too-slow' | 'unclear' {
  if (old.p95 === undefined || fresh.p95 === undefined) return 'fine'
  if (!isTooSlow(old.p95.about, fresh.p95.about, slower)) return 'fine'
  return isTooSlow(old.p95.to, fresh.p95.from, slower) ? 'too-slow' : 'unclear'
}

const isTooSlow = (old: number, fresh: number, slower: number): boolean =>
  fresh > old * slower + ROUNDING && fresh - old >= UNNOTICED - ROUNDING
