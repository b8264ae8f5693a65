import type { Json } from '../json.ts'
import type { HttpExchange } from './visitor.ts'
import type { EdgeTraffic } from './edge-traffic.ts'
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

/**
 * A service as `dynamic_conf.yml` holds it, one of three kinds. A name inside it (a child, a serversTransport) without a provider is one of the
 * file; others are qualified: `jmc@consulcatalog`.
 */
export type ServiceDefinition =
  | { readonly weighted: WeightedService }
  | { readonly failover: FailoverService }
  | { readonly loadBalancer: LoadBalancerService }

/** Visitors in proportion. One child that does not exist disables the service and every router to it (facts.md, Traefik 14). */
export type WeightedService = {
  /** `weight`: a whole number from 0 (no visitor, not even one with a cookie) on; only their ratio matters. */
  readonly services: readonly { readonly name: string; readonly weight: number }[]
  /** A visitor stays with the child of their first answer as long as that child, under the very same name, has a weight above 0. */
  readonly sticky?: {
    readonly cookie: {
      /** Letters, digits, `_` and `-`. */
      readonly name: string
      /** Left out: false, as with Traefik. */
      readonly secure?: boolean
      readonly httpOnly?: boolean
    }
  }
  /** Children that are down are left out, and a failover above is told; then *every* child needs a health check of its own. */
  readonly healthCheck?: SelfCheck
}

/** `service` while it is healthy, `fallback` otherwise. */
export type FailoverService = {
  /** Needs a health check down to its servers, or `errors`: otherwise Traefik disables the failover and every router to it. */
  readonly service: string
  readonly fallback: string
  /** Tells a service above when both are down. Then the *fallback* needs a health check too: one of the Consul Catalog has none unless its tags say so. */
  readonly healthCheck?: SelfCheck
  /** Since Traefik 3.7 (an older one rejects the whole file): an answer with such a status is thrown away and the request, of whatever method, sent again to the fallback. */
  readonly errors?: {
    /** `502`, or a range `502-504`. */
    readonly status: readonly string[]
    /** Beyond it a request is answered 413; left out: unlimited. The whole body is kept in memory. */
    readonly maxRequestBodyBytes?: number
  }
}

/** Traefik's `healthCheck: {}`: the health of the children is handed on. */
export type SelfCheck = { readonly [key: string]: never }

export type LoadBalancerService = {
  readonly servers: readonly { readonly url: string }[]
  /** Left out: true, as with Traefik. */
  readonly passHostHeader?: boolean
  readonly serversTransport?: string
  /** Each server is asked every `interval`; the first time one `interval` after a reload, until which it counts as up. */
  readonly healthCheck?: {
    readonly path: string
    /** The Host of the request; left out: the server's own. */
    readonly hostname?: string
    /** As Go writes durations: `500ms`, `1m30s`; left out: 30 s, and 5 s for `timeout`. */
    readonly interval?: string
    readonly timeout?: string
    readonly scheme?: 'http' | 'https'
    readonly headers?: Readonly<Record<string, string>>
  }
}

/** What each section of the file holds of ours. */
export interface OwnedDefinitions {
  readonly routers: RouterDefinition
  readonly services: ServiceDefinition
}
export type OwnedSection = keyof OwnedDefinitions

/** Keys of ours, by section of `http`. */
export type OwnedKeys = { readonly [Section in OwnedSection]?: Readonly<Record<string, OwnedDefinitions[Section]>> }
/** The same by their names alone. */
export type OwnedNames = { readonly [Section in OwnedSection]?: readonly string[] }

/** One edit of the file: a name in both `remove` and `add` is replaced where it stands. */
export interface DynamicConfigChange {
  /** A name that is not in the file is no difference. */
  readonly remove?: OwnedNames
  /** What the file holds word for word is no difference. */
  readonly add?: OwnedKeys
  /** The file before our first edit: a section or `http:` that it had stays although we empty it; without it, none was there. */
  readonly original?: RemoteFile
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
  /** Routers that lead to it, `k8s-jmc@file`. Traefik builds a service only for a router: with none, even `enabled` says nothing about its children. */
  readonly usedBy: readonly string[]
  /** As Traefik shows it, under its kind (`{ weighted: … }`), with all that it has filled in; `sameService` compares it with what we wrote. Undefined for internal ones. */
  readonly content?: Json
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
  /** Dotted paths that differ: `http.routers.k8s-jmc`, `http.services.jmc-send`. */
  readonly ownedKeys: readonly string[]
}

/** `kept`: a file on the host with an edit of a human that must not be lost (see `ReplaceOutcome`). */
export type EdgeWriteOutcome =
  | { readonly outcome: 'written'; readonly sha256: string; readonly by: string; readonly kept?: string }
  | { readonly outcome: 'changed-meanwhile'; readonly found: string; readonly kept?: string }

export type OwnedKey = { readonly status: 'absent' } | { readonly status: 'ours' } | { readonly status: 'other'; readonly found: Json }

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

  /** Pure. What `read` would make of these bytes: for what an edit that is not written yet would leave. Rejects as `read` does, by throwing. */
  parse(file: RemoteFile): DynamicConfig
  /** Reads and parses; rejects with a problem where nothing in the file could be edited safely (broken YAML, duplicate keys, templates …). What only forbids adding is `edit`'s to say, so that a rollback stays possible. */
  read(): Promise<DynamicConfig>
  /**
   * As `read`, for what only looks at what the file says: its bytes are those of now, but what is said beside them (owner, mode, an unfinished write) may
   * be of an earlier read of this process. Left out: `read` does.
   */
  readAgain?(): Promise<DynamicConfig>
  /**
   * Pure. `config` with all of this changed in one edit, every other byte untouched, and proven so. Rejects when a name that is added is taken by
   * someone else (`router-name-taken`, `service-name-taken`), when Traefik would reject or disable what is added, when a service that is
   * removed is still used (`service-still-used`), and when a place cannot be spliced (anchors, braces or a merge key at the edit point).
   */
  edit(config: DynamicConfig, change: DynamicConfigChange): DynamicConfigEdit
  /** Pure. Whether the file holds this under this name: absent, ours value for value in whatever style, or other content. */
  owned<Section extends OwnedSection>(
    config: DynamicConfig,
    section: Section,
    name: string,
    definition: OwnedDefinitions[Section],
  ): OwnedKey
  /** Pure. How the edge dials `service`: its serversTransport as the file defines it. */
  trustOf(config: DynamicConfig, service: EdgeService): UpstreamTrust
  /** The verified transaction on the host. */
  write(edit: DynamicConfigEdit): Promise<EdgeWriteOutcome>

  /** Every HTTP router of every provider, as the running Traefik has them. */
  routers(): Promise<readonly EdgeRouter[]>
  router(name: string): Promise<EdgeRouter | undefined>
  service(name: string): Promise<EdgeService | undefined>
  /**
   * What the running Traefik has counted since it started; undefined where its metrics are off (no Prometheus, or no services in them). A
   * restart begins at 0 again.
   */
  traffic(): Promise<EdgeTraffic | undefined>
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
