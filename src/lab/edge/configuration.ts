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
