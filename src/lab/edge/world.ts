import type { CatalogInstance } from '../contract.ts'

/** The edge as plain data. Times are the clock's milliseconds; what happens later is a time to compare with. */
export interface EdgeWorld {
  readonly version: string
  readonly entryPoints: readonly { readonly name: string; readonly address: string; readonly tls: boolean }[]
  /** Middlewares of providers that the lab has no configuration of, by full name: `auth` answers 401, `pass` lets everybody through. */
  readonly middlewares: Readonly<Record<string, 'auth' | 'pass'>>
  /** `providersThrottleDuration`: after a file event was applied, so long none is. */
  readonly throttleMs: number
  /** How often the catalog is asked. */
  readonly catalogRefreshMs: number
  /** Whether it counts requests for Prometheus, at `/metrics` beside the API. Left out: no, as with Traefik. */
  readonly metrics?: boolean
  /** The host of the site; the fault `bad-body-after-cutover` is about it. */
  readonly siteHost: string
  /** What listens where, as seen from the edge's host, `host:port`. */
  readonly addresses: { readonly api: string; readonly visitors: string; readonly ingress: readonly string[] }
  /** Text of the file that was looked at last, and that of the last one that Traefik accepted. */
  file: { readonly seen?: string; readonly loaded?: string; readonly rejected?: string; readonly throttledUntil: number }
  catalog: { readonly instances: readonly CatalogInstance[]; readonly askAgainAt: number }
  /** When a configuration was loaded last. */
  loadedAt?: number
  /** Changes whenever a configuration is loaded: among routers of equal priority it decides like a coin. */
  loads: number
}

export interface EdgeWorldOptions {
  readonly siteHost: string
  readonly middlewares?: Readonly<Record<string, 'auth' | 'pass'>>
  readonly entryPoints?: EdgeWorld['entryPoints']
  /** Milliseconds; 200 (Traefik's own default is 2,000). */
  readonly throttleMs?: number
  /** Milliseconds; 1,000 (Traefik's own default is 15,000). */
  readonly catalogRefreshMs?: number
  readonly addresses?: Partial<EdgeWorld['addresses']>
  readonly metrics?: boolean
}

export function initialEdgeWorld(options: EdgeWorldOptions): EdgeWorld {
  return {
    version: '3.7.15',
    entryPoints: options.entryPoints ?? [
      { name: 'traefik', address: ':8080', tls: false },
      { name: 'web', address: ':80', tls: false },
      { name: 'websecure', address: ':443', tls: true },
    ],
    middlewares: options.middlewares ?? { 'oauth-auth@docker': 'auth' },
    throttleMs: options.throttleMs ?? 200,
    catalogRefreshMs: options.catalogRefreshMs ?? 1_000,
    ...(options.metrics !== undefined && { metrics: options.metrics }),
    siteHost: options.siteHost,
    addresses: {
      api: '127.0.0.1:8080',
      visitors: '192.168.1.5:443',
      ingress: ['192.168.1.5:30443', 'host.docker.internal:30443'],
      ...options.addresses,
    },
    file: { throttledUntil: 0 },
    catalog: { instances: [], askAgainAt: 0 },
    loads: 0,
  }
}
