/** Requests of visitors as Traefik's own Prometheus metrics count them (traefik_service_requests_total, …_request_duration_seconds). */
export interface EdgeTraffic {
  /** By service with its provider, `jmc@consulcatalog`; one that has had no request yet is not there. */
  readonly services: ReadonlyMap<string, ServiceTraffic>
}

/** Counters that only grow, until Traefik restarts. */
export interface ServiceTraffic {
  /** Requests by the status of their answer. */
  readonly byStatus: ReadonlyMap<number, number>
  /** How many answers took at most `seconds`; ascending and cumulative, `Infinity` last, as Prometheus' `le`. */
  readonly latency: readonly { readonly seconds: number; readonly count: number }[]
}
