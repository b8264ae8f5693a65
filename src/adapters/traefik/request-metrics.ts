import type { EdgeTarget } from '../../domain/plan.ts'
import type { EdgePort } from '../../domain/ports/edge.ts'
import type { HostPort } from '../../domain/ports/host.ts'
import type { HttpExchange, VisitorPort } from '../../domain/ports/visitor.ts'
import { ProblemError } from '../../domain/problem.ts'
import { readMetrics } from './metrics.ts'
import { addressOf, askThroughHost } from './through-host.ts'

/** A busy edge has a line for each service, status, method and bucket: a hundred services make a few MiB. */
const LONGEST = 32 * 1_048_576

/**
 * Asks for Traefik's metrics as the host itself reaches them: at `metrics`, such as http://127.0.0.1:8080/metrics, or beside the API, where a Traefik
 * has them unless its static configuration names another entry point. Undefined where they are off (404) or say nothing of services; rejects with a ProblemError where nobody answers, or something that is no such text.
 */
export function trafficThroughHost(
  host: HostPort,
  visitor: VisitorPort,
  { api, metrics }: Pick<EdgeTarget, 'api' | 'metrics'>,
): EdgePort['traffic'] {
  const ask = askThroughHost(host, visitor)
  return async () => {
    const url = metrics ?? new URL('/metrics', api).href
    const text = metricsIn(url, await ask(addressOf(new URL(url)), { url, maxBytes: LONGEST }))
    if (text === undefined) return undefined
    const view = readMetrics(text)
    if (view.found === 'not-understood')
      throw problem(url, 'edge-metrics-not-understood', `what ${url} answers is not the metrics of a Traefik`, [text])
    return view.found === 'traffic' ? view.traffic : undefined
  }
}

function metricsIn(url: string, exchange: HttpExchange): string | undefined {
  if (!exchange.ok)
    throw problem(
      url,
      'edge-metrics-unreachable',
      `Traefik's metrics at ${url} do not answer: ${exchange.failure} (${exchange.detail})`,
      [],
    )
  if (exchange.status === 404) return undefined
  if (exchange.status !== 200)
    throw problem(url, 'edge-metrics-refused', `${url} answered ${exchange.status}, not with Traefik's metrics`, [exchange.body])
  // What is missing in a text that was cut must not be taken for nothing.
  if (Buffer.byteLength(exchange.body) > LONGEST - 4)
    throw problem(url, 'edge-metrics-too-long', `Traefik's metrics at ${url} are longer than 32 MiB, and no more is read of an answer`, [])
  return exchange.body
}

const problem = (url: string, code: string, summary: string, said: readonly string[]): ProblemError =>
  new ProblemError({
    code,
    summary,
    attempted: `GET ${url} from the edge's host, to count requests by service`,
    ...(said.some((text) => text !== '') && { details: said.map((text) => text.slice(0, 300)) }),
    next: [
      "check that `targets.edge.metrics` is the address of Traefik's Prometheus metrics as the host itself reaches it, for example http://127.0.0.1:8080/metrics",
    ],
    effect: 'no',
  })
