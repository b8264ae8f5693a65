import type { ServiceTraffic } from '../../domain/ports/edge-traffic.ts'

type Buckets = ServiceTraffic['latency']

/** A quantile as buckets know it, seconds: it lies above `from` and is at most `to`; `about` is where Prometheus would guess it. */
export interface Estimate {
  readonly about: number
  readonly from: number
  readonly to: number
}

/**
 * The `quantile` (0 to 1) of what cumulative buckets hold, as Prometheus' `histogram_quantile` reckons (promql/quantile.go, bucketQuantile):
 * what fell into a bucket is taken as spread evenly over it, the first bucket begins at 0, and beyond the last bound that bound is given.
 * Counts that fall from one bucket to the next are taken as equal, as it does. Undefined where nothing fell into them.
 */
export function histogramQuantile(quantile: number, latency: Buckets): Estimate | undefined {
  const buckets = rising(latency)
  const total = buckets.at(-1)?.count ?? 0
  if (total <= 0) return undefined
  const rank = quantile * total
  const index = buckets.findIndex(({ count }) => count > 0 && count >= rank)
  const { seconds: to = Infinity, count = total } = buckets[index] ?? {}
  const { seconds: from = 0, count: below = 0 } = buckets[index - 1] ?? {}
  if (to === Infinity) return { about: from, from, to }
  // Rounding must not carry the guess out of its bucket.
  return { about: Math.min(to, from + (to - from) * ((rank - below) / (count - below))), from, to }
}

const rising = (latency: Buckets): Buckets =>
  latency.map(({ seconds }, index) => ({ seconds, count: Math.max(...latency.slice(0, index + 1).map((each) => each.count)) }))

/** The smallest value that at least this part of the values does not exceed; undefined where there is none. */
export function exactQuantile(quantile: number, values: readonly number[]): number | undefined {
  return values.toSorted((a, b) => a - b)[Math.max(0, Math.ceil(quantile * values.length) - 1)]
}
