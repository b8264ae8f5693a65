/** What one provider says, names without `@provider`. */
export interface Configuration {
  readonly provider: 'file' | 'consulcatalog'
  readonly routers: ReadonlyMap<string, RouterConfiguration>
  readonly services: ReadonlyMap<string, ServiceConfiguration>
  readonly middlewares: ReadonlyMap<string, MiddlewareConfiguration>
  readonly transports: ReadonlyMap<string, TransportConfiguration>
}

export interface RouterConfiguration {
  readonly rule: string
  readonly service: string
  /** Empty: all default ones. */
  readonly entryPoints: readonly string[]
  readonly middlewares: readonly string[]
  /** 0: the length of the rule. */
  readonly priority: number
  readonly tls?: { readonly options?: string; readonly certResolver?: string }
}

export interface ServiceConfiguration {
  readonly servers: readonly string[]
  readonly passHostHeader: boolean
  readonly serversTransport?: string
  /** Catalog instance behind each server, by URL. */
  readonly instances?: Readonly<Record<string, string>>
  /** Left out: its servers count as up. */
  readonly healthCheck?: HealthCheckConfiguration
  /** It has no servers of its own, but shares visitors among other services. */
  readonly weighted?: WeightedConfiguration
  /** It has no servers of its own, but sends visitors to one service, and to another while that is down. */
  readonly failover?: FailoverConfiguration
}

export interface HealthCheckConfiguration {
  readonly path: string
  /** That of the server unless told; the lab takes no notice. */
  readonly scheme?: string
  readonly hostname?: string
  /** Milliseconds, as the other one. */
  readonly interval: number
  readonly timeout: number
  readonly headers?: Readonly<Record<string, string>>
}

export interface WeightedConfiguration {
  /** Names as they were written. */
  readonly services: readonly { readonly name: string; readonly weight: number }[]
  readonly cookie?: { readonly name: string; readonly secure: boolean; readonly httpOnly: boolean }
  /** Children that are down are left out, and whoever is above is told. */
  readonly healthCheck: boolean
}

export interface FailoverConfiguration {
  /** Names as they were written. */
  readonly service: string
  readonly fallback: string
  readonly healthCheck: boolean
  /** Answers with such a status are thrown away, and the fallback is asked. */
  readonly errors?: { readonly status: readonly string[]; readonly maxRequestBodyBytes: number }
}

export interface MiddlewareConfiguration {
  /** `redirectRegex`, in lower case. */
  readonly kind: string
  readonly settings: Readonly<Record<string, unknown>>
}

export interface TransportConfiguration {
  readonly insecureSkipVerify: boolean
  readonly serverName?: string
  readonly hasRootCAs: boolean
  /** Consul Connect's: trusts the sidecars of its service. */
  readonly connect?: boolean
}

/** A name as Traefik keys it: with its provider. */
export const qualified = (name: string, provider: string): string => (name.includes('@') ? name : `${name}@${provider}`)
