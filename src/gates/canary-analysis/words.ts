import type { Estimate } from './quantile.ts'
import type { BothSides, Sample } from './sample.ts'
import { rateOf } from './sample.ts'

const milliseconds = (seconds: number): string => whole(Math.round(seconds * 1_000))
/** `3,120`: the same wherever it is printed. */
const whole = (count: number): string => count.toLocaleString('en-GB', { maximumFractionDigits: 0 })

export const percent = (part: number): string => `${(part * 100).toFixed(1)}%`

/** Of buckets only what they say: the bounds between which it lies. */
export function timeOf({ from, to }: Estimate): string {
  if (from === to) return `${milliseconds(to)} ms`
  if (to === Infinity) return `above ${milliseconds(from)} ms`
  return from === 0 ? `at most ${milliseconds(to)} ms` : `${milliseconds(from)} to ${milliseconds(to)} ms`
}

/** `visitors: 3,120 on the old side (0.0% failed, p95 at most 100 ms), 164 on the new (0.0% failed, p95 at most 100 ms)`. */
export const sampleText = (who: string, { old, new: fresh }: BothSides<Sample>): string =>
  `${who}: ${whole(old.requests)} on the old side (${figures(old)}), ${whole(fresh.requests)} on the new (${figures(fresh)})`

const figures = (sample: Sample): string =>
  sample.requests === 0
    ? 'nothing to judge'
    : `${percent(rateOf(sample))} failed${sample.p95 === undefined ? '' : `, p95 ${timeOf(sample.p95)}`}`

/** `12 of 30 samples on each side`, or on the side that has fewer; a sentence that has named the samples gives no noun. */
export function progressText({ old, new: fresh }: BothSides<Sample>, samples: number, noun = ' samples'): string {
  const where = old.requests === fresh.requests ? 'each' : fresh.requests < old.requests ? 'the new' : 'the old'
  return `${whole(Math.min(old.requests, fresh.requests))} of ${whole(samples)}${noun} on ${where} side`
}

export const countsText = ({ old, new: fresh }: BothSides<Sample>): string => `${whole(old.requests)} and ${whole(fresh.requests)}`
