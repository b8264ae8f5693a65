import type { Json } from '../../domain/json.ts'
import type { HostPort } from '../../domain/ports/host.ts'
import type { VisitorPort } from '../../domain/ports/visitor.ts'
import { ProblemError } from '../../domain/problem.ts'
import type { RequestApi } from './api-client.ts'
import { addressOf, askThroughHost } from './through-host.ts'

/** Asks Traefik's API as the host itself reaches it: `api` is its URL there, such as http://127.0.0.1:8080. */
export function requestApiThroughHost({
  host,
  visitor,
  api,
}: {
  readonly host: HostPort
  readonly visitor: VisitorPort
  readonly api: string
}): RequestApi {
  const base = new URL(api)
  const ask = askThroughHost(host, visitor)
  return async (path) => {
    const exchange = await ask(addressOf(base), { url: base.href.replace(/\/$/, '') + path })
    if (exchange.ok) return { status: exchange.status, body: bodyOf(exchange.body) }
    throw new ProblemError({
      code: 'edge-api-unreachable',
      summary: `Traefik's API at ${api} does not answer: ${exchange.failure} (${exchange.detail})`,
      attempted: `GET ${path} from the edge's host`,
      next: [
        'check that Traefik runs and that `targets.edge.api` is its API as the host itself reaches it, for example http://127.0.0.1:8080',
      ],
      effect: 'no',
    })
  }
}

/** Traefik sends JSON, also where it calls it text/plain; anything else is text. */
function bodyOf(text: string): Json {
  try {
    return JSON.parse(text) as Json
  } catch {
    return text
  }
}
