import type { Json } from '../../domain/json.ts'
import type { HostPort } from '../../domain/ports/host.ts'
import type { VisitorPort } from '../../domain/ports/visitor.ts'
import { ProblemError } from '../../domain/problem.ts'
import type { RequestApi } from './api-client.ts'
import { addressOf, askThroughHost } from './through-host.ts'

/** `ended`: how many of the connections that it keeps have ended so far. */
export type ApiVisitor = VisitorPort & { ended?(): number }

/**
 * Asks Traefik's API as the host itself reaches it: `api` is its URL there, such as http://127.0.0.1:8080. With a visitor that keeps its connections it is
 * known which answers came from one process of Traefik: one that is started anew has ended all of them.
 */
export function requestApiThroughHost({
  host,
  visitor,
  api,
}: {
  readonly host: HostPort
  readonly visitor: ApiVisitor
  readonly api: string
}): RequestApi {
  const base = new URL(api)
  const ask = askThroughHost(host, visitor)
  return async (path) => {
    const before = visitor.ended?.()
    const exchange = await ask(addressOf(base), { url: base.href.replace(/\/$/, '') + path })
    const process = visitor.ended?.() === before ? before : undefined
    if (exchange.ok) return { status: exchange.status, body: bodyOf(exchange.body), ...(process !== undefined && { process }) }
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
