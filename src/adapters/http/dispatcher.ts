import type { Dispatcher } from 'undici'
import { Agent, ProxyAgent } from 'undici'

import { proxyFor } from './proxy.ts'

export interface TlsOptions {
  /** PEM, as all three. */
  readonly ca?: string
  readonly cert?: string
  readonly key?: string
  readonly insecureSkipVerify?: boolean
  /** SNI and the name to verify, where it differs from the URL's host. */
  readonly serverName?: string
}

/** As many as a browser opens: two dozen questions at once need not be two dozen handshakes. More than our blocking queries ever hold. */
const MOST_CONNECTIONS = 6
/**
 * How long an idle connection is kept, milliseconds. A look every few seconds need not shake hands anew each time, and one that meets a connection that a
 * proxy has just ended is asked again. A write is not, so it gets a connection that was used a moment ago, or a new one.
 */
const KEPT_IDLE_MS = { reads: 20_000, writes: 1_000 } as const

/** Kept connections to one server, through the proxy that the environment names for it, if any. */
export function createDispatcher(
  base: URL,
  options: {
    readonly tls: TlsOptions | undefined
    readonly env: Readonly<Record<string, string | undefined>>
    readonly connectTimeoutMs: number
    readonly use: keyof typeof KEPT_IDLE_MS
  },
): Dispatcher {
  const { ca, cert, key, serverName, insecureSkipVerify } = options.tls ?? {}
  const connect = {
    timeout: options.connectTimeoutMs,
    ...(ca !== undefined && { ca }),
    ...(cert !== undefined && { cert }),
    ...(key !== undefined && { key }),
    ...(serverName !== undefined && { servername: serverName }),
    ...(insecureSkipVerify === true && { rejectUnauthorized: false }),
  }
  const kept = { connections: MOST_CONNECTIONS, keepAliveTimeout: KEPT_IDLE_MS[options.use] }
  const proxy = proxyFor(base, options.env)
  // Plain http goes through a proxy as a request (many refuse CONNECT to other ports than 443), https as a tunnel.
  return proxy === undefined
    ? new Agent({ connect, ...kept })
    : new ProxyAgent({ uri: proxy, ...kept, requestTls: connect, proxyTunnel: base.protocol === 'https:' })
}
