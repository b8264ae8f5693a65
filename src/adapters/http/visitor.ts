import type { Dispatcher } from 'undici'
import { Client } from 'undici'

import type { HttpExchange, HttpRequest, VisitorPort } from '../../domain/ports/visitor.ts'
import type { Deadline } from './deadline.ts'
import { deadline } from './deadline.ts'
import { flatten } from './headers.ts'
import { networkFailure } from './network-failure.ts'
import { peerCertificate } from './peer-certificate.ts'
import type { OpenSocket, Trace } from './traced-connection.ts'
import { addressOf, CertificateRefused, openSocket, startTrace, tracedConnector } from './traced-connection.ts'

export const DEFAULT_TIMEOUT_MS = 5_000
const BODY_LIMIT = 1_048_576

export interface VisitorOptions {
  /** Opens the TCP (or unix) connection; Node's own unless told. */
  readonly openSocket?: OpenSocket
}

/** Asks over a fresh connection each time, as a new visitor would. A proxy of the environment is not used: the path to the site is what is looked at. */
export function createVisitor(options: VisitorOptions = {}): VisitorPort {
  return {
    ask: async (request, signal) => {
      signal?.throwIfAborted()
      const limit = deadline(request.timeoutMs ?? DEFAULT_TIMEOUT_MS, signal)
      const trace = startTrace()
      try {
        return await limit.bound(exchange(request, trace, limit.signal, options.openSocket ?? openSocket))
      } catch (error) {
        signal?.throwIfAborted()
        return failed(request, trace, limit, error)
      } finally {
        limit.clear()
      }
    },
  }
}

async function exchange(request: HttpRequest, trace: Trace, signal: AbortSignal, open: OpenSocket): Promise<HttpExchange> {
  const url = new URL(request.url)
  const client = new Client(url.origin, { connect: tracedConnector(request, url, trace, signal, open, peerCertificate) })
  try {
    return await exchangeOver(client, request, trace, signal)
  } finally {
    await client.destroy()
  }
}

/** One request over the connection that `client` has, or makes. Rejects where there is no whole answer: `failed` says why. */
export async function exchangeOver(
  client: Dispatcher,
  request: HttpRequest,
  trace: Trace,
  signal: AbortSignal,
): Promise<Extract<HttpExchange, { readonly ok: true }>> {
  const url = new URL(request.url)
  const answer = await client.request({
    origin: url.origin,
    path: `${url.pathname}${url.search}`,
    method: request.method ?? 'GET',
    headers: { 'user-agent': 'jmc-migrate', ...request.headers },
    signal,
    // The deadline covers all of it.
    headersTimeout: 0,
    bodyTimeout: 0,
  })
  trace.timings.firstByte ??= trace.elapsed()
  const body = await readBody(answer.body, request.maxBytes ?? BODY_LIMIT)
  trace.timings.done = trace.elapsed()
  return { ok: true, status: answer.statusCode, headers: flatten(answer.headers), body, ...seen(trace) }
}

/** At most so many bytes as UTF-8; the rest is not waited for. A character that the cut goes through is left out. */
async function readBody(stream: AsyncIterable<unknown>, limit: number): Promise<string> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of stream) {
    if (!(chunk instanceof Uint8Array)) continue
    chunks.push(chunk.subarray(0, limit - size))
    size += chunk.length
    if (size >= limit) break
  }
  return new TextDecoder().decode(Buffer.concat(chunks), { stream: size > limit })
}

/** Why there was no whole answer, as data. */
export function failed(request: HttpRequest, trace: Trace, limit: Deadline, error: unknown): HttpExchange {
  if (limit.expired())
    return { ok: false, failure: 'timeout', detail: `${unfinished(request, trace)} within ${limit.milliseconds} ms`, ...seen(trace) }
  if (error instanceof CertificateRefused) return { ok: false, failure: 'tls', detail: error.message, ...seen(trace) }
  const { failure, detail } = networkFailure(error) ?? {
    failure: 'protocol',
    detail: error instanceof Error ? error.message : String(error),
  }
  return { ok: false, failure, detail, ...seen(trace) }
}

/** How far it came until the time was over. */
function unfinished(request: HttpRequest, { timings }: Trace): string {
  if (timings.firstByte !== undefined) return 'the answer was not complete'
  if (timings.secured !== undefined) return 'TLS stood, but there was no answer'
  if (timings.connected !== undefined)
    return request.url.startsWith('https:') ? 'TCP stood, but TLS did not' : 'TCP stood, but there was no answer'
  const address = addressOf(request, new URL(request.url))
  return `no connection to ${'path' in address ? address.path : `${address.host}:${address.port}`}`
}

const seen = ({ timings, certificate }: Trace): Pick<HttpExchange, 'timings' | 'certificate'> => ({
  timings: { ...timings },
  ...(certificate && { certificate }),
})
