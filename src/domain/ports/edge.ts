import type { Json } from '../json.ts'
import type { HttpExchange } from './visitor.ts'
import type { RemoteFile } from './host.ts'

/** A router as `dynamic_conf.yml` holds it. `priority` is always explicit (facts.md, Traefik 10). */
export interface RouterDefinition {
  readonly rule: string
  readonly service: string
  readonly entryPoints: readonly string[]
  readonly priority: number
  /** Provider-qualified when inherited: `oauth-auth@docker`. */
  readonly middlewares?: readonly string[]
  /** `{}` where the replaced router has TLS without options. */
  readonly tls?: Json
}

/** A router as the API of the running Traefik shows it. */
export interface EdgeRouter extends RouterDefinition {
  /** With its provider: `jmc@consulcatalog`; `service` and `middlewares` have theirs too. */
  readonly name: string
  readonly provider: string
  readonly status: 'enabled' | 'disabled' | 'warning'
  readonly errors: readonly string[]
  /** Set where it is not v3's: of `v2` only the host is understood. */
  readonly ruleSyntax?: string
}

export interface EdgeService {
  readonly name: string
  readonly provider: string
  readonly status: string
  readonly errors: readonly string[]
  /** `loadbalancer`, `weighted`, `mirroring`, `failover`. */
  readonly type: string
  readonly servers: readonly { readonly url: string; readonly status: 'UP' | 'DOWN' | 'unknown' }[]
  readonly serversTransport?: string
  readonly passHostHeader: boolean
}

/** How the edge dials a server of a service: what `verify-ingress` copies. */
export interface UpstreamTrust {
  readonly insecureSkipVerify: boolean
  readonly serverName?: string
  /** Files on the edge host; undefined: the system's. */
  readonly rootCAs?: readonly string[]
}

/** The dynamic file as read, understood. */
export interface DynamicConfig {
  readonly file: RemoteFile
  /** Names of the routers and services the file itself defines. */
  readonly routers: readonly string[]
  readonly services: readonly string[]
  readonly middlewares: readonly string[]
}

/** New bytes of the file, proven to differ only under the owned keys. */
export interface DynamicConfigEdit {
  readonly before: RemoteFile
  readonly bytes: Uint8Array
  readonly sha256: string
  /** Dotted paths that differ: `http.routers.k8s-jmc`. */
  readonly ownedKeys: readonly string[]
}

/** `kept`: a file on the host with an edit of a human that must not be lost (see `ReplaceOutcome`). */
export type EdgeWriteOutcome =
  | { readonly outcome: 'written'; readonly sha256: string; readonly by: string; readonly kept?: string }
  | { readonly outcome: 'changed-meanwhile'; readonly found: string; readonly kept?: string }

export type OwnedRouter = { readonly status: 'absent' } | { readonly status: 'ours' } | { readonly status: 'other'; readonly found: Json }

/** A request of a visitor, as far as routing looks at it. */
export interface RouteQuestion {
  readonly entryPoint: string
  readonly host: string
  readonly path: string
  readonly method: string
  readonly headers?: Readonly<Record<string, string>>
  /** Whether the visitor comes over TLS. Left out: decided only where it makes no difference. */
  readonly tls?: boolean
}

export type RouteWinner =
  | { readonly winner: EdgeRouter; readonly certain: true }
  /** A router whose rule we cannot decide may win: `rivals` names them. */
  | { readonly winner: EdgeRouter | undefined; readonly certain: false; readonly rivals: readonly EdgeRouter[]; readonly reason: string }
  | { readonly winner: undefined; readonly certain: true }

/** The edge: one Traefik on a host, its API, and its dynamic file. */
export interface EdgePort {
  describe(): Promise<{
    readonly host: string
    readonly version: string
    readonly api: string
    readonly dynamicConfig: string
    readonly write: 'exchange' | 'in-place'
    readonly visitors: string | undefined
  }>

  /** Reads and parses; rejects with a problem where nothing in the file could be edited safely (broken YAML, duplicate keys, templates …). What only forbids adding is `withRouters`' to say, so that a rollback stays possible. */
  read(): Promise<DynamicConfig>
  /** Pure. `config` with these routers under `http.routers`; rejects when a name is taken by someone else or a place cannot be spliced (anchors, braces or a merge key at the edit point). */
  withRouters(config: DynamicConfig, routers: Readonly<Record<string, RouterDefinition>>): DynamicConfigEdit
  /** Pure. `config` without these routers; a key that is not there is no difference. An emptied `routers:` goes too if we made it. */
  withoutRouters(config: DynamicConfig, names: readonly string[], original?: RemoteFile): DynamicConfigEdit
  /** Pure. Whether the file holds this router under this name: absent, ours word for word, or other content. */
  owned(config: DynamicConfig, name: string, definition: RouterDefinition): OwnedRouter
  /** Pure. How the edge dials `service`: its serversTransport as the file defines it. */
  trustOf(config: DynamicConfig, service: EdgeService): UpstreamTrust
  /** The verified transaction on the host. */
  write(edit: DynamicConfigEdit): Promise<EdgeWriteOutcome>

  /** Every HTTP router of every provider, as the running Traefik has them. */
  routers(): Promise<readonly EdgeRouter[]>
  router(name: string): Promise<EdgeRouter | undefined>
  service(name: string): Promise<EdgeService | undefined>
  /** Names of the entry points, and whether each has TLS of its own. */
  entryPoints(): Promise<readonly { readonly name: string; readonly tls: boolean; readonly address: string }[]>
  /** Pure. Who answers this request, by Traefik's own rules: match, then priority, then rule length; what cannot be parsed is not guessed. */
  winner(routers: readonly EdgeRouter[], question: RouteQuestion): RouteWinner
  /** Pure. Routers that lead to `service` (by provider-qualified name). */
  routersOf(routers: readonly EdgeRouter[], service: string): readonly EdgeRouter[]

  /** One request to `serverUrl` as the edge would send it: from the edge's host, with the visitor's Host, with the edge's own trust. `address` overrides where to connect. */
  ask(
    serverUrl: string,
    request: {
      readonly host: string
      readonly path: string
      readonly trust: UpstreamTrust
      readonly address?: string
      readonly headers?: Readonly<Record<string, string>>
    },
  ): Promise<HttpExchange>
}
