import type { EdgeTraffic, ServiceTraffic } from '../../domain/ports/edge-traffic.ts'

export const NOTHING: ServiceTraffic = { byStatus: new Map(), latency: [] }

/** What was counted between two looks. */
export interface Increase {
  readonly traffic: ServiceTraffic
  /** Counters of these services were lower than before, or gone: they began again at 0 in between. */
  readonly restarted: readonly string[]
}

/** What these services have counted together since the look before, each counter that began anew from 0. */
export function increase(before: EdgeTraffic, now: EdgeTraffic, services: readonly string[]): Increase {
  const restarted = services.filter((name) => isLower(now.services.get(name) ?? NOTHING, before.services.get(name) ?? NOTHING))
  const traffic = services
    .map((name) => {
      const counted = now.services.get(name) ?? NOTHING
      return restarted.includes(name) ? counted : minus(counted, before.services.get(name) ?? NOTHING)
    })
    .reduce(plus, NOTHING)
  return { traffic, restarted }
}

const isLower = (now: ServiceTraffic, before: ServiceTraffic): boolean =>
  [...before.byStatus].some(([status, count]) => (now.byStatus.get(status) ?? 0) < count) ||
  before.latency.some(({ seconds, count }) => count > 0 && (now.latency.find((each) => each.seconds === seconds)?.count ?? 0) < count)

const minus = (now: ServiceTraffic, before: ServiceTraffic): ServiceTraffic => ({
  byStatus: new Map([...now.byStatus].map(([status, count]) => [status, count - (before.byStatus.get(status) ?? 0)])),
  latency: now.latency.map(({ seconds, count }) => ({ seconds, count: count - countAt(before, seconds) })),
})

export function plus(a: ServiceTraffic, b: ServiceTraffic): ServiceTraffic {
  const statuses = [...new Set([...a.byStatus.keys(), ...b.byStatus.keys()])]
  const bounds = [...new Set([...a.latency, ...b.latency].map(({ seconds }) => seconds))].toSorted((x, y) => x - y)
  return {
    byStatus: new Map(statuses.map((status) => [status, (a.byStatus.get(status) ?? 0) + (b.byStatus.get(status) ?? 0)])),
    latency: bounds.map((seconds) => ({ seconds, count: countAt(a, seconds) + countAt(b, seconds) })),
  }
}

/** How many took at most so many seconds, as far as the bounds say: a restart may have given it others. */
const countAt = ({ latency }: ServiceTraffic, seconds: number): number =>
  latency.findLast((bucket) => bucket.seconds <= seconds)?.count ?? 0

/** An answer of ours that a service has counted too. */
export interface OwnAnswer {
  readonly status: number
  readonly seconds: number
}

/**
 * What visitors have had: what was counted without our own requests. How long those took is known as we measured it, which is a little longer than
 * Traefik did: no count goes below 0 or above that of all visitors.
 */
export function withoutOwn({ byStatus, latency }: ServiceTraffic, own: readonly OwnAnswer[]): ServiceTraffic {
  const visitors = new Map(
    [...byStatus].map(([status, count]) => [status, Math.max(0, count - own.filter((each) => each.status === status).length)]),
  )
  const total = requestsIn({ byStatus: visitors, latency })
  return {
    byStatus: visitors,
    latency: latency.map(({ seconds, count }) => ({
      seconds,
      count: seconds === Infinity ? total : Math.min(total, Math.max(0, count - own.filter((each) => each.seconds <= seconds).length)),
    })),
  }
}

export const requestsIn = ({ byStatus }: ServiceTraffic): number => [...byStatus.values()].reduce((sum, count) => sum + count, 0)
/** Answered 5xx. A 4xx is a visitor's mistake as often as a server's, 499 a visitor who left. */
export const failuresIn = ({ byStatus }: ServiceTraffic): number =>
  [...byStatus].reduce((sum, [status, count]) => sum + (status >= 500 ? count : 0), 0)
