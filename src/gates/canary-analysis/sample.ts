import type { Side } from '../../domain/observation.ts'
import type { ServiceTraffic } from '../../domain/ports/edge-traffic.ts'
import { failuresIn, requestsIn } from './counters.ts'
import type { Estimate } from './quantile.ts'
import { exactQuantile, histogramQuantile } from './quantile.ts'

const QUANTILE = 0.95

export type BothSides<Value> = { readonly [Each in Side]: Value }

/** What one side has answered. */
export interface Sample {
  readonly requests: number
  readonly failed: number
  /** Undefined where nothing was answered. */
  readonly p95: Estimate | undefined
}

/** A request of our own through a side's door. */
export interface OwnRequest {
  readonly path: string
  /** Undefined: no answer came. */
  readonly status?: number
  /** Until the whole answer was there. */
  readonly seconds?: number
  /** Empty where it was right. */
  readonly wrong: readonly string[]
}

/** Made at the same time, through both doors. */
export type Pair = BothSides<OwnRequest>

export function ownSample(requests: readonly OwnRequest[]): Sample {
  const p95 = exactQuantile(
    QUANTILE,
    requests.flatMap(({ seconds }) => seconds ?? []),
  )
  return {
    requests: requests.length,
    failed: requests.filter(({ wrong }) => wrong.length > 0).length,
    p95: p95 === undefined ? undefined : { about: p95, from: p95, to: p95 },
  }
}

export const visitorsSample = (traffic: ServiceTraffic): Sample => ({
  requests: requestsIn(traffic),
  failed: failuresIn(traffic),
  p95: histogramQuantile(QUANTILE, traffic.latency),
})

/** Part of the requests that failed; 0 where there was none. */
export const rateOf = ({ requests, failed }: Sample): number => (requests === 0 ? 0 : failed / requests)
