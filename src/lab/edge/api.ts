import type { LabHandler, LabRequest, LabResponse } from '../contract.ts'
import { qualified } from './configuration.ts'
import type { Health } from './health.ts'
import type { RunningService } from './running-service.ts'
import { childrenOf } from './running-service.ts'
import { contentOf } from './service-content.ts'
import type { RunningRouter, Runtime } from './runtime.ts'
import type { EdgeWorld } from './world.ts'

type Item = Readonly<Record<string, unknown>> & { readonly name: string }

const OBSERVABILITY = { accessLogs: true, metrics: true, tracing: true, traceVerbosity: 'minimal' }
const DEFAULT_PER_PAGE = 100

/** The configuration that runs, and how its servers are. */
interface Running {
  readonly runtime: Runtime
  readonly health: Health
}

/** The part of Traefik's API that the adapter uses, in Traefik's own JSON; 501 for the rest. */
export function createApi(world: EdgeWorld, current: () => Running): LabHandler {
  return async (request) => {
    if (request.method !== 'GET') return { status: 405, body: '' }
    const [section = '', name] = request.path.replace(/^\/api\//, '').split(/(?<=^http\/[a-z]+)\//)
    switch (section) {
      case 'version':
        return json({ Version: world.version, Codename: 'langres', startDate: '2026-01-01T00:00:00Z' })
      case 'entrypoints':
        return page(request, world.entryPoints.map(entryPointItem))
      case 'http/routers':
        return name === undefined
          ? page(request, current().runtime.routers.map(routerItem))
          : one('router', name, current().runtime.routers.map(routerItem))
      case 'http/services': {
        const items = serviceItems(current())
        return name === undefined ? page(request, items) : one('service', name, items)
      }
      default:
        return { status: 501, body: `the lab does not know ${request.path}` }
    }
  }
}

const json = (body: unknown, headers: Readonly<Record<string, string>> = {}): LabResponse => ({
  status: 200,
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify(body),
})

/** The next page is named in a header, 1 where there is none; a page after the last is an error. */
function page(request: LabRequest, items: readonly Item[]): LabResponse {
  const perPage = Number(request.query.get('per_page') ?? DEFAULT_PER_PAGE)
  const number = Number(request.query.get('page') ?? 1)
  const wrong = Object.entries({ per_page: perPage, page: number }).find(([, value]) => !Number.isInteger(value) || value <= 0)
  if (wrong !== undefined) return failure(400, `invalid request: ${wrong[0]}: ${wrong[1]}`)
  const start = (number - 1) * perPage
  if (start !== 0 && start >= items.length) return failure(400, `invalid request: page: ${number}, per_page: ${perPage}`)
  const next = start + perPage < items.length ? number + 1 : 1
  return json(items.slice(start, start + perPage), { 'x-next-page': String(next) })
}

function one(what: string, encoded: string, items: readonly Item[]): LabResponse {
  const name = decodeURIComponent(encoded)
  const item = items.find((each) => each.name === name)
  return item === undefined ? failure(404, `${what} not found: ${name}`) : json(item)
}

const failure = (status: number, message: string): LabResponse => ({
  status,
  headers: { 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff' },
  body: `${JSON.stringify({ message })}\n`,
})

const entryPointItem = ({ name, address, tls }: EdgeWorld['entryPoints'][number]): Item => ({
  address,
  http: { ...(tls && { tls: {} }), sanitizePath: true, maxHeaderBytes: 1_048_576 },
  name,
})

function routerItem(router: RunningRouter): Item {
  return {
    entryPoints: router.entryPoints,
    ...(router.middlewares.length > 0 && { middlewares: router.middlewares }),
    service: router.service,
    rule: router.rule,
    ...(router.priority !== 0 && { priority: router.priority }),
    ...(router.tls !== undefined && { tls: { options: 'default', ...router.tls } }),
    observability: OBSERVABILITY,
    ...(router.errors.length > 0 && { error: router.errors }),
    status: router.status,
    ...(router.using.length > 0 && { using: router.using }),
    name: router.name,
    provider: router.provider,
    priorityStr: String(router.priority),
  }
}

function serviceItems({ runtime: { services, routers }, health }: Running): readonly Item[] {
  const users = ({ name }: RunningService): readonly string[] =>
    routers.filter((router) => qualified(router.service, router.provider) === name).map((router) => router.name)
  const built = new Set<string>()
  const build = (service: RunningService | undefined): void => {
    if (service === undefined || built.has(service.name)) return
    built.add(service.name)
    for (const name of childrenOf(service)) build(services.get(qualified(name, service.provider)))
  }
  const all = [...services.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1))
  for (const service of all) if (users(service).length > 0) build(service)
  return all.map((service) => serviceItem(service, users(service), built.has(service.name), health))
}

/** One that no router uses, not even through another service, is never built: no status of its servers (recorded from 3.7.15). */
function serviceItem(service: RunningService, usedBy: readonly string[], isBuilt: boolean, health: Health): Item {
  const errors = isBuilt ? service.errors : []
  const type = service.weighted ? 'weighted' : service.failover ? 'failover' : 'loadbalancer'
  const statusOf = (url: string): string => (health.isServerUp(service, url) ? 'UP' : 'DOWN')
  return {
    ...contentOf(service, isBuilt),
    ...(errors.length > 0 && { error: errors }),
    status: errors.length > 0 ? 'disabled' : 'enabled',
    ...(usedBy.length > 0 && { usedBy }),
    name: service.name,
    provider: service.provider,
    type,
    ...(isBuilt &&
      type === 'loadbalancer' &&
      errors.length === 0 && { serverStatus: Object.fromEntries(service.servers.map((url) => [url, statusOf(url)])) }),
  }
}
