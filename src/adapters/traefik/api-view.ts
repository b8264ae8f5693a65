import type { Json, JsonObject } from '../../domain/json.ts'
import type { EdgeRouter, EdgeService } from '../../domain/ports/edge.ts'

export interface EntryPoint {
  readonly name: string
  readonly address: string
  readonly tls: boolean
  /** Middlewares that the entry point puts before those of every router. */
  readonly middlewares: readonly string[]
}

/** An entry of `/api/entrypoints`. */
export function entryPointOf(item: Json): EntryPoint {
  const http = objectOf(objectOf(item)['http'])
  return {
    name: textOf(objectOf(item)['name']),
    address: textOf(objectOf(item)['address']),
    tls: http['tls'] !== undefined && http['tls'] !== null,
    middlewares: textsOf(http['middlewares']),
  }
}

/**
 * An entry of `/api/http/routers`, with services and middlewares under their full names, as people write it: without the `options: default`
 * that Traefik adds to `tls`, and without the middlewares of its entry point.
 */
export function routerOf(item: Json, entryPoints: readonly EntryPoint[]): EdgeRouter {
  const raw = objectOf(item)
  const provider = textOf(raw['provider'])
  const listens = textsOf(raw['entryPoints'])
  const middlewares = withoutInherited(textsOf(raw['middlewares']), listens, entryPoints).map((name) => qualified(name, provider))
  const syntax = textOf(raw['ruleSyntax'])
  return {
    name: textOf(raw['name']),
    provider,
    ...statusOf(raw),
    rule: textOf(raw['rule']),
    service: raw['service'] === undefined ? '' : qualified(textOf(raw['service']), provider),
    entryPoints: listens,
    priority: Number(raw['priorityStr'] ?? raw['priority'] ?? 0),
    ...(middlewares.length > 0 && { middlewares }),
    ...(raw['tls'] !== undefined && raw['tls'] !== null && { tls: tlsOf(raw['tls']) }),
    ...(syntax !== '' && syntax !== 'default' && syntax !== 'v3' && { ruleSyntax: syntax }),
  }
}

/** Traefik says it of every router, from the first moment on: one without it, or with a word that we do not know, is not taken for one that answers. */
function statusOf(raw: JsonObject): Pick<EdgeRouter, 'status' | 'errors'> {
  const { status } = raw
  if (status === 'enabled' || status === 'warning' || status === 'disabled') return { status, errors: textsOf(raw['error']) }
  return { status: 'disabled', errors: [...textsOf(raw['error']), `its status is ${JSON.stringify(status ?? null)}`] }
}

/** An entry of `/api/http/services`. */
export function serviceOf(item: Json): EdgeService {
  const raw = objectOf(item)
  const balancer = objectOf(raw['loadBalancer'])
  const health = objectOf(raw['serverStatus'])
  const transport = textOf(balancer['serversTransport'])
  const provider = textOf(raw['provider'])
  return {
    name: textOf(raw['name']),
    provider,
    status: textOf(raw['status']),
    errors: textsOf(raw['error']),
    type: textOf(raw['type']),
    servers: listOf(balancer['servers']).map((server) => {
      const url = textOf(objectOf(server)['url'])
      const status = health[url]
      return { url, status: status === 'UP' || status === 'DOWN' ? status : 'unknown' }
    }),
    ...(transport !== '' && { serversTransport: qualified(transport, provider) }),
    passHostHeader: balancer['passHostHeader'] !== false,
    usedBy: textsOf(raw['usedBy']),
    ...contentOf(raw),
  }
}

const KINDS = ['loadBalancer', 'weighted', 'failover', 'mirroring', 'highestRandomWeight']

function contentOf(raw: JsonObject): { readonly content?: Json } {
  const kind = KINDS.find((each) => raw[each] !== undefined && raw[each] !== null)
  return kind === undefined ? {} : { content: { [kind]: raw[kind] } }
}

/** Only other routers lead to it (`parentRefs`, since 3.6): it listens nowhere itself. */
export const isChild = (item: Json): boolean => textsOf(objectOf(item)['parentRefs']).length > 0

const qualified = (name: string, provider: string): string => (name === '' || name.includes('@') ? name : `${name}@${provider}`)

/** An entry point's middlewares stand first in every router that listens on it alone (Traefik copies a router for each such entry point). */
function withoutInherited(own: readonly string[], listens: readonly string[], entryPoints: readonly EntryPoint[]): readonly string[] {
  const inherited = (listens.length === 1 ? entryPoints.find(({ name }) => name === listens[0]) : undefined)?.middlewares ?? []
  return inherited.every((name, index) => own[index] === name) ? own.slice(inherited.length) : own
}

function tlsOf(tls: Json): Json {
  const { options, ...rest } = objectOf(tls)
  return options === undefined || options === 'default' ? rest : { ...rest, options }
}

function objectOf(value: Json | undefined): JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : {}
}

const listOf = (value: Json | undefined): readonly Json[] => (Array.isArray(value) ? (value as readonly Json[]) : [])
const textOf = (value: Json | undefined): string => (typeof value === 'string' ? value : '')
const textsOf = (value: Json | undefined): readonly string[] => listOf(value).filter((item) => typeof item === 'string')
