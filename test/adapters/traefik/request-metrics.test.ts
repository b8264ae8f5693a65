import { describe, expect, it } from 'vitest'
import { trafficThroughHost } from '../../../src/adapters/traefik/request-metrics.ts'
import type { HostPort } from '../../../src/domain/ports/host.ts'
import type { HttpExchange, VisitorPort } from '../../../src/domain/ports/visitor.ts'
import { problemOf } from '../../steps/problem-of.ts'

const URL_OF = 'http://127.0.0.1:8080/metrics'
/** As Traefik 3.7.15 wrote it, three services and two methods. */
const RECORDED = `# HELP traefik_config_reloads_total Config reloads
# TYPE traefik_config_reloads_total counter
traefik_config_reloads_total 2
# HELP traefik_entrypoint_requests_total How many HTTP requests processed on an entrypoint, partitioned by status code, protocol, and method.
# TYPE traefik_entrypoint_requests_total counter
traefik_entrypoint_requests_total{code="200",entrypoint="web",method="GET",protocol="http"} 13
# HELP traefik_service_request_duration_seconds How long it took to process the request on a service, partitioned by status code, protocol, and method.
# TYPE traefik_service_request_duration_seconds histogram
traefik_service_request_duration_seconds_bucket{code="200",method="GET",protocol="http",service="old@file",le="0.1"} 9
traefik_service_request_duration_seconds_bucket{code="200",method="GET",protocol="http",service="old@file",le="0.3"} 10
traefik_service_request_duration_seconds_bucket{code="200",method="GET",protocol="http",service="old@file",le="+Inf"} 10
traefik_service_request_duration_seconds_sum{code="200",method="GET",protocol="http",service="old@file"} 0.18507147499999999
traefik_service_request_duration_seconds_count{code="200",method="GET",protocol="http",service="old@file"} 10
traefik_service_request_duration_seconds_bucket{code="500",method="POST",protocol="http",service="old@file",le="0.1"} 1
traefik_service_request_duration_seconds_bucket{code="500",method="POST",protocol="http",service="old@file",le="0.3"} 1
traefik_service_request_duration_seconds_bucket{code="500",method="POST",protocol="http",service="old@file",le="+Inf"} 1
# HELP traefik_service_requests_total How many HTTP requests processed on a service, partitioned by status code, protocol, and method.
# TYPE traefik_service_requests_total counter
traefik_service_requests_total{code="200",method="GET",protocol="http",service="old@file"} 10
traefik_service_requests_total{code="200",method="HEAD",protocol="http",service="old@file"} 1
traefik_service_requests_total{code="500",method="POST",protocol="http",service="old@file"} 1
traefik_service_requests_total{code="502",method="GET",protocol="websocket",service="jmc@consulcatalog"} 1
# HELP traefik_service_server_up service server is up, described by gauge value of 0 or 1.
# TYPE traefik_service_server_up gauge
traefik_service_server_up{service="checked@file",url="http://127.0.0.1:1"} 0
`
const lines = (keep: (line: string) => boolean): string =>
  RECORDED.split('\n')
    .filter((line) => line === '' || keep(line))
    .join('\n')

const answer = (body: string, status = 200): HttpExchange => ({ ok: true, status, headers: {}, body, timings: {} })

function asking(exchange: HttpExchange) {
  const tunnels: string[] = []
  const never = async (): Promise<never> => Promise.reject(new Error('nobody asks for this'))
  const host: HostPort = {
    describe: never,
    readFile: never,
    replaceFile: never,
    hashFile: never,
    tunnel: async (to) => {
      tunnels.push(`${to.host}:${to.port}`)
      return { socketPath: '/run/tunnel', close: async () => undefined }
    },
    close: async () => undefined,
  }
  const asked: string[] = []
  const visitor: VisitorPort = {
    ask: async (request) => {
      asked.push(request.url)
      return exchange
    },
  }
  return { traffic: trafficThroughHost(host, visitor, { api: 'http://127.0.0.1:8080' }), tunnels, asked }
}

describe('what Traefik has counted', () => {
  it('is asked through the host, and summed over methods and protocols', async () => {
    const { traffic, tunnels, asked } = asking(answer(RECORDED))
    const { services } = (await traffic()) ?? {}
    expect([tunnels, asked]).toEqual([['127.0.0.1:8080'], [URL_OF]])
    expect([...(services?.keys() ?? [])]).toEqual(['old@file', 'jmc@consulcatalog'])
    expect(services?.get('old@file')).toEqual({
      byStatus: new Map([
        [200, 11],
        [500, 1],
      ]),
      latency: [
        { seconds: 0.1, count: 10 },
        { seconds: 0.3, count: 11 },
        { seconds: Infinity, count: 11 },
      ],
    })
    expect(services?.get('jmc@consulcatalog')).toEqual({ byStatus: new Map([[502, 1]]), latency: [] })
  })

  it('is nothing before anybody has asked for anything', async () => {
    const { traffic } = asking(answer(lines((line) => line.includes('reloads'))))
    expect(await traffic()).toEqual({ services: new Map() })
  })

  it.each([
    ['are off', answer('404 page not found\n', 404)],
    ['say nothing of services', answer(lines((line) => !line.includes('service')))],
  ])('is unknown where the metrics %s', async (_what, exchange) => {
    expect(await asking(exchange).traffic()).toBeUndefined()
  })

  it.each([
    ['nobody answers', { ok: false, failure: 'reset', detail: 'socket hang up', timings: {} }, 'edge-metrics-unreachable', /hang up/],
    ['our tunnel broke', { ok: false, failure: 'refused', detail: 'connection refused', timings: {} }, 'tunnel-broke', /refused/],
    ['a login is asked for', answer('Unauthorized\n', 401), 'edge-metrics-refused', /401/],
    ['somebody else answers', answer('<!doctype html>\n<title>It works</title>\n'), 'edge-metrics-not-understood', /not the metrics/],
    ['another program answers', answer('go_goroutines 35\n'), 'edge-metrics-not-understood', /not the metrics/],
    ['a line is broken', answer(RECORDED.replace('service="jmc@', 'service=jmc@')), 'edge-metrics-not-understood', /not the metrics/],
    ['a count has no service', answer(RECORDED.replace('service="jmc@', 'server="jmc@')), 'edge-metrics-not-understood', /not the metrics/],
    ['the text ends early', answer(RECORDED.slice(0, -20)), 'edge-metrics-not-understood', /not the metrics/],
    ['the text was cut', answer(RECORDED.padEnd(32 * 1_048_576, '#')), 'edge-metrics-too-long', /32 MiB/],
  ] as const)('rejects where %s', async (_what, exchange, code, summary) => {
    expect(await problemOf(asking(exchange).traffic())).toMatchObject({ code, summary: expect.stringMatching(summary), effect: 'no' })
  })
})
