import { Agent } from 'undici'

import type { HttpRequest, VisitorPort } from '../../domain/ports/visitor.ts'
import { deadline } from './deadline.ts'
import { peerCertificate } from './peer-certificate.ts'
import type { Trace } from './traced-connection.ts'
import { openSocket, startTrace, tracedConnector } from './traced-connection.ts'
import { DEFAULT_TIMEOUT_MS, exchangeOver, failed } from './visitor.ts'

export interface KeptVisitor extends VisitorPort {
  /** How many connections have ended so far, whoever ended them. While it stays the same, each still leads to the process that it led to. */
  ended(): number
  /** Ends them all. */
  close(): Promise<void>
}

/** As many as are asked side by side in one look. */
const MOST_CONNECTIONS = 6
/** How long one is kept that nobody uses, milliseconds: looks come every few seconds. */
const KEPT_IDLE_MS = 20_000

/** The connections to one place, and what is known of them. */
interface Kept {
  readonly agent: Agent
  readonly trace: Trace
  /** Ends what is being connected. */
  readonly end: AbortController
}

/**
 * Asks as a visitor does, but over connections that are kept: for an API that is asked in every look. A failure gives up those to its place, so that whoever asks
 * again gets a fresh one, and never a second that died with the first.
 */
export function createKeptVisitor(): KeptVisitor {
  const places = new Map<string, Kept>()
  const givenUp = new Set<Kept>()
  let ended = 0

  const keptFor = (request: HttpRequest): Kept => {
    const key = placeOf(request)
    const known = places.get(key)
    if (known !== undefined) return known
    const url = new URL(request.url)
    const trace = startTrace()
    const end = new AbortController()
    const connect = tracedConnector(request, url, trace, end.signal, openSocket, peerCertificate)
    const agent = new Agent({ connect, connections: MOST_CONNECTIONS, keepAliveTimeout: KEPT_IDLE_MS })
    agent.on('disconnect', () => (ended += 1))
    const kept = { agent, trace, end }
    places.set(key, kept)
    return kept
  }
  /** Whatever else is under way there has its own time limit. */
  const giveUp = (request: HttpRequest, kept: Kept): void => {
    ended += 1
    if (givenUp.has(kept)) return
    if (places.get(placeOf(request)) === kept) places.delete(placeOf(request))
    givenUp.add(kept)
    const gone = (): void => void givenUp.delete(kept)
    kept.agent.close().then(gone, gone)
  }
  return {
    ask: async (request, signal) => {
      signal?.throwIfAborted()
      const limit = deadline(request.timeoutMs ?? DEFAULT_TIMEOUT_MS, signal)
      const trace = startTrace()
      const kept = keptFor(request)
      try {
        return await limit.bound(exchangeOver(kept.agent, request, trace, limit.signal))
      } catch (error) {
        giveUp(request, kept)
        signal?.throwIfAborted()
        return failed(request, asFarAs(trace, kept.trace), limit, error)
      } finally {
        limit.clear()
      }
    },
    ended: () => ended,
    close: async () => {
      const all = [...places.values(), ...givenUp]
      places.clear()
      await Promise.all(
        all.map(({ agent, end }) => {
          end.abort(new Error('closed'))
          return agent.destroy()
        }),
      )
    },
  }
}

/** All that a connection depends on. */
const placeOf = ({ url, socketPath, connectTo, serverName, ca, insecureSkipVerify }: HttpRequest): string =>
  JSON.stringify([new URL(url).origin, socketPath, connectTo, serverName, ca, insecureSkipVerify])

/** How far it came: its connection may have stood before it. */
const asFarAs = (own: Trace, { timings: { connected, secured }, certificate }: Trace): Trace => ({
  ...own,
  timings: { ...own.timings, ...(connected !== undefined && { connected: 0 }), ...(secured !== undefined && { secured: 0 }) },
  ...(certificate && { certificate }),
})
