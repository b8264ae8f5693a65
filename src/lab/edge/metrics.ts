import type { LabResponse } from '../contract.ts'
import type { Runtime } from './runtime.ts'

type Counted = 'entrypoint' | 'service'

/** What the edge has counted since it started, as Traefik: in memory, and gone with the process. */
export interface Metrics {
  count(what: Counted, name: string, method: string, status: number): void
  answer(runtime: Runtime): LabResponse
}

interface Series {
  readonly what: Counted
  readonly name: string
  readonly method: string
  readonly status: number
  requests: number
}

/** Traefik's buckets unless its static configuration says others, as it writes them. */
const BOUNDS = ['0.1', '0.3', '1.2', '5', '+Inf']

/** Counters in Prometheus' text. Every answer of the lab takes no time, so that each falls into all buckets. */
export function createMetrics(): Metrics {
  const counted = new Map<string, Series>()
  return {
    count: (what, name, method, status) => {
      const key = JSON.stringify([what, name, status, method])
      const series = counted.get(key) ?? { what, name, method, status, requests: 0 }
      series.requests++
      counted.set(key, series)
    },
    answer: (runtime) => {
      const body = textOf([...counted].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, series]) => series))
      // Traefik shows a service that has left the configuration once more, then forgets it.
      for (const [key, { what, name }] of counted) if (what === 'service' && !runtime.services.has(name)) counted.delete(key)
      return { status: 200, headers: { 'content-type': 'text/plain; version=0.0.4; charset=utf-8; escaping=underscores' }, body }
    },
  }
}

function textOf(all: readonly Series[]): string {
  const of = (what: Counted): readonly Series[] => all.filter((each) => each.what === what)
  const services = of('service')
  return [
    ...family('traefik_config_reloads_total', 'counter', 'Config reloads', ['traefik_config_reloads_total 1']),
    ...family(
      'traefik_entrypoint_requests_total',
      'counter',
      'How many HTTP requests processed on an entrypoint, partitioned by status code, protocol, and method.',
      of('entrypoint').map((each) => `traefik_entrypoint_requests_total{${labels(each)}} ${each.requests}`),
    ),
    ...family(
      'traefik_service_request_duration_seconds',
      'histogram',
      'How long it took to process the request on a service, partitioned by status code, protocol, and method.',
      services.flatMap(durations),
    ),
    ...family(
      'traefik_service_requests_total',
      'counter',
      'How many HTTP requests processed on a service, partitioned by status code, protocol, and method.',
      services.map((each) => `traefik_service_requests_total{${labels(each)}} ${each.requests}`),
    ),
  ]
    .map((line) => `${line}\n`)
    .join('')
}

/** A family without samples is not there. */
const family = (name: string, type: string, help: string, samples: readonly string[]): readonly string[] =>
  samples.length === 0 ? [] : [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, ...samples]

/** In alphabetical order, as Prometheus' library writes them. */
const labels = ({ what, name, method, status }: Series): string =>
  what === 'service'
    ? `code="${status}",method="${method}",protocol="http",service=${JSON.stringify(name)}`
    : `code="${status}",entrypoint=${JSON.stringify(name)},method="${method}",protocol="http"`

function durations(series: Series): readonly string[] {
  const name = 'traefik_service_request_duration_seconds'
  return [
    ...BOUNDS.map((bound) => `${name}_bucket{${labels(series)},le="${bound}"} ${series.requests}`),
    `${name}_sum{${labels(series)}} 0`,
    `${name}_count{${labels(series)}} ${series.requests}`,
  ]
}
