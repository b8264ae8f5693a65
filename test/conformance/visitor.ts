import type { HttpExchange, HttpRequest, HttpTimings, VisitorPort } from '../../src/domain/ports/visitor.ts'
import type { LabHandler, LabRequest } from '../../src/lab/contract.ts'
import { TUNNEL } from './host.ts'

/** What listens at `host:port`; undefined: the connection is refused. */
export type Network = (address: string) => LabHandler | undefined

/**
 * A visitor in a network without sockets. There is no TLS in it but that it stood: who verifies certificates is a matter of the adapters' own tests.
 * Through a tunnel, as over ssh, a connection that is refused there stands here, and ends without a byte.
 */
export function networkVisitor(network: Network): VisitorPort {
  return {
    async ask(request, signal) {
      signal?.throwIfAborted()
      const handler = network(addressOf(request))
      const throughTunnel = request.socketPath !== undefined
      if (handler === undefined)
        return throughTunnel ? failed('reset', 'other side closed', {}) : failed('refused', 'connect ECONNREFUSED', {})
      const answer = await handler(labRequest(request.url, request.headers))
      if (answer === 'drop') return failed('reset', 'other side closed', request.url.startsWith('https:') ? { secured: 1 } : {})
      return { ok: true, status: answer.status, headers: answer.headers ?? {}, body: answer.body, timings: { done: 1 } }
    },
  }
}

/** A GET as a server gets it. */
export function labRequest(text: string, headers: Readonly<Record<string, string>> = {}): LabRequest {
  const url = new URL(text)
  const named = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))
  return {
    method: 'GET',
    path: url.pathname,
    query: url.searchParams,
    headers: { host: url.host, ...named },
    body: '',
    signal: new AbortController().signal,
  }
}

function addressOf({ url, connectTo, socketPath }: HttpRequest): string {
  if (socketPath !== undefined) return socketPath.slice(TUNNEL.length)
  if (connectTo !== undefined) return connectTo
  const { hostname, port, protocol } = new URL(url)
  return `${hostname}:${port || (protocol === 'https:' ? 443 : 80)}`
}

const failed = (failure: 'refused' | 'reset', detail: string, timings: HttpTimings): HttpExchange => ({
  ok: false,
  failure,
  detail,
  timings,
})
