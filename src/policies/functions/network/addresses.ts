/** Somewhere that a setting points to. */
export interface Address {
  readonly scheme: string
  readonly host: string
  /** The port written, or the scheme's own; 0 where neither says. */
  readonly port: number
}

const DEFAULT_PORTS: Readonly<Record<string, number>> = {
  http: 80,
  https: 443,
  ws: 80,
  wss: 443,
  postgres: 5432,
  postgresql: 5432,
  mysql: 3306,
  mariadb: 3306,
  redis: 6379,
  rediss: 6379,
  mongodb: 27017,
  amqp: 5672,
  amqps: 5671,
  nats: 4222,
  smtp: 25,
  smtps: 465,
  ldap: 389,
  ldaps: 636,
}

const URL_LIKE = /([a-z][a-z0-9+.-]*):\/\/(?:[^\s/@"']*@)?([a-z0-9](?:[a-z0-9._-]*[a-z0-9])?)(?::(\d{1,5}))?/gi
const HOST_AND_PORT = /(?<![\w./@:-])([a-z0-9](?:[a-z0-9.-]*[a-z0-9])?):(\d{2,5})(?![\w.:])/gi

/** Every address in a text: URLs (`postgres://user:password@db:5432/app`, `jdbc:postgresql://db/app`) and `host:port`. Longer texts than a configuration file are not read. */
export function addresses(text: string): readonly Address[] {
  const read = text.slice(0, 100_000)
  const urls = [...read.matchAll(URL_LIKE)].map((match) => {
    const scheme = (match[1] ?? '').toLowerCase()
    const base = scheme.split(/[+]/)[0] ?? scheme
    return { scheme, host: (match[2] ?? '').toLowerCase(), port: match[3] === undefined ? (DEFAULT_PORTS[base] ?? 0) : Number(match[3]) }
  })
  const pairs = [...read.matchAll(HOST_AND_PORT)].map((match) => ({
    scheme: '',
    host: (match[1] ?? '').toLowerCase(),
    port: Number(match[2]),
  }))
  return [...urls, ...pairs.filter((pair) => !urls.some((url) => url.host === pair.host && url.port === pair.port))]
}

/**
 * The Service that a host name means to a pod of `namespace`: `name`, `name.namespace`, `name.namespace.svc`, `name.namespace.svc.cluster.local`
 * (Kubernetes documentation, "DNS for Services and Pods"). undefined: no name of a Service.
 */
export function serviceOf(host: string, namespace: string): { readonly service: string; readonly namespace: string } | undefined {
  const [service = '', space, svc, ...domain] = host.split('.')
  if (service === '' || (svc !== undefined && svc !== 'svc')) return undefined
  return domain.length === 1 ? undefined : { service, namespace: space ?? namespace }
}

/** Keys whose address is told to others (visitors, a browser's cross-origin check), not called: `CORS_ORIGINS`, `FRONTEND_URL`. */
export function isOnlyTold(key: string): boolean {
  return /cors|origin|allowed|trusted|redirect|callback|issuer|audience|(^|_)(frontend|site|app|public|own|self|external)_?(url|host|domain)/i.test(
    key,
  )
}
