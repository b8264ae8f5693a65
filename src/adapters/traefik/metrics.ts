import type { EdgeTraffic, ServiceTraffic } from '../../domain/ports/edge-traffic.ts'
import type { MetricSample } from './metrics-text.ts'
import { samplesOf } from './metrics-text.ts'

const REQUESTS = 'traefik_service_requests_total'
const DURATIONS = 'traefik_service_request_duration_seconds_bucket'
const AT_ENTRY_POINTS = 'traefik_entrypoint_requests_total'
/** In the metrics of every Traefik, whatever has been asked of it. */
const ALWAYS = 'traefik_config_reloads_total'

export type MetricsView =
  | { readonly found: 'traffic'; readonly traffic: EdgeTraffic }
  /** Requests have come in, and no service has counted one: `addServicesLabels` is off, or only other things than services have answered. */
  | { readonly found: 'no-services' }
  /** Not the metrics of a Traefik, or not all of them. */
  | { readonly found: 'not-understood' }

/**
 * What Traefik counts of its services, summed over methods and protocols (looked up on 3.7.15). Counted is who answered in the end: the load
 * balancer below a weighted or failover service, not those themselves; a request that a middleware answered is counted nowhere, and neither
 * is the 503 of a service without a server that is up. A service that leaves the configuration is shown once more, then forgotten.
 */
export function readMetrics(text: string): MetricsView {
  // Every line ends: without the last one's end the rest is missing too.
  const samples = text.endsWith('\n') ? samplesOf(text, [REQUESTS, DURATIONS, AT_ENTRY_POINTS, ALWAYS]) : undefined
  if (samples === undefined || !samples.some(({ name }) => name === ALWAYS)) return { found: 'not-understood' }
  const named = (name: string): readonly MetricSample[] => samples.filter((each) => each.name === name)
  const counted = trafficOf(named(REQUESTS), named(DURATIONS))
  if (counted === undefined) return { found: 'not-understood' }
  if (counted.services.size === 0 && named(AT_ENTRY_POINTS).length > 0) return { found: 'no-services' }
  return { found: 'traffic', traffic: counted }
}

function trafficOf(requests: readonly MetricSample[], durations: readonly MetricSample[]): EdgeTraffic | undefined {
  const byStatus = summed(requests, 'code')
  const latency = summed(durations, 'le')
  if (byStatus === undefined || latency === undefined) return undefined
  const services = [...byStatus].map(([name, statuses]): [string, ServiceTraffic] => {
    const bounds = [...(latency.get(name) ?? [])].toSorted(([a], [b]) => a - b)
    return [name, { byStatus: statuses, latency: bounds.map(([seconds, count]) => ({ seconds, count })) }]
  })
  return { services: new Map(services) }
}

/** By service, then by the number in this label; undefined where a sample lacks one of the two. */
function summed(samples: readonly MetricSample[], label: 'code' | 'le'): ReadonlyMap<string, ReadonlyMap<number, number>> | undefined {
  const sums = new Map<string, Map<number, number>>()
  for (const { labels, value } of samples) {
    const service = labels.get('service')
    const key = numberOf(labels.get(label))
    if (service === undefined || key === undefined || !(value >= 0)) return undefined
    const own = sums.get(service) ?? new Map<number, number>()
    sums.set(service, own.set(key, (own.get(key) ?? 0) + value))
  }
  return sums
}

function numberOf(text: string | undefined): number | undefined {
  if (text === '+Inf') return Infinity
  return text === undefined || text === '' || Number.isNaN(Number(text)) ? undefined : Number(text)
}
