import type { Configuration, MiddlewareConfiguration, RouterConfiguration, TransportConfiguration } from './configuration.ts'
import { qualified } from './configuration.ts'
import type { RuleMatcher } from './rule.ts'
import { compileRule } from './rule.ts'
import type { RunningService } from './running-service.ts'
import { runningServices } from './running-service.ts'
import type { EdgeWorld } from './world.ts'

export interface RunningRouter extends RouterConfiguration {
  /** With its provider. */
  readonly name: string
  readonly provider: string
  readonly status: 'enabled' | 'disabled' | 'warning'
  readonly errors: readonly string[]
  /** Entry points that exist. */
  readonly using: readonly string[]
  readonly matches: RuleMatcher
}

/** The configuration of all providers, put together as Traefik runs it. */
export interface Runtime {
  readonly routers: readonly RunningRouter[]
  readonly services: ReadonlyMap<string, RunningService>
  readonly middlewares: ReadonlyMap<string, MiddlewareConfiguration>
  readonly transports: ReadonlyMap<string, TransportConfiguration>
  /** How many visitors each child of a weighted service has had since this configuration was loaded, by `SERVICE CHILD`. */
  readonly turns: Map<string, number>
}

/** Traefik keeps the numbers above for itself. */
const MAX_PRIORITY = 9_223_372_036_854_774_807n

export function putTogether(world: EdgeWorld, configurations: readonly Configuration[]): Runtime {
  const transports = collect(configurations, (each) => each.transports)
  const middlewares = collect(configurations, (each) => each.middlewares)
  for (const name of Object.keys(world.middlewares))
    middlewares.set(name, { kind: `lab-${world.middlewares[name] ?? 'pass'}`, settings: {} })
  const services = runningServices(configurations, transports)
  const known = { services, middlewares, transports, turns: new Map<string, number>() }
  const routers = configurations.flatMap(({ provider, routers: own }) =>
    [...own].flatMap(([name, router]) =>
      perEntryPoint(world, name, router).map(([copy, each]) => runningRouter(world, known, `${copy}@${provider}`, provider, each)),
    ),
  )
  return { ...known, routers: routers.toSorted((a, b) => (a.name < b.name ? -1 : 1)) }
}

function collect<Item>(
  configurations: readonly Configuration[],
  of: (configuration: Configuration) => ReadonlyMap<string, Item>,
): Map<string, Item> {
  return new Map(configurations.flatMap((each) => [...of(each)].map(([name, item]) => [`${name}@${each.provider}`, item] as const)))
}

/**
 * An entry point with TLS of its own gets its own copy of a router that listens elsewhere too, `websecure-NAME`; the router keeps the
 * rest (recorded from 3.7.15).
 */
function perEntryPoint(world: EdgeWorld, name: string, router: RouterConfiguration): readonly (readonly [string, RouterConfiguration])[] {
  const listens =
    router.entryPoints.length > 0
      ? router.entryPoints
      : world.entryPoints.filter((each) => each.name !== 'traefik').map((each) => each.name)
  const withTls = listens.filter((point) => world.entryPoints.find((each) => each.name === point)?.tls === true)
  const rest = listens.filter((point) => !withTls.includes(point))
  const copies = withTls.map(
    (point) => [listens.length > 1 ? `${point}-${name}` : name, { ...router, tls: router.tls ?? {}, entryPoints: [point] }] as const,
  )
  return rest.length > 0 ? [[name, { ...router, entryPoints: rest }], ...copies] : copies
}

function runningRouter(
  world: EdgeWorld,
  known: Omit<Runtime, 'routers'>,
  name: string,
  provider: string,
  router: RouterConfiguration,
): RunningRouter {
  const using = router.entryPoints.filter((point) => world.entryPoints.some((each) => each.name === point))
  const middlewares = router.middlewares.map((each) => qualified(each, provider))
  const compiled = compileRule(router.rule)
  const priority = router.priority === 0 && using.length > 0 ? Buffer.byteLength(router.rule) : router.priority
  const strange = router.entryPoints.filter((point) => !using.includes(point)).map((point) => `entryPoint "${point}" doesn't exist`)
  const fatal = [
    ...(using.length === 0 ? ['no valid entryPoint for this router'] : whatIsMissing(known, provider, { ...router, middlewares })),
    ...(priority > Number(MAX_PRIORITY) ? [`the router priority ${priority} exceeds the max user-defined priority ${MAX_PRIORITY}`] : []),
    ...(typeof compiled === 'string' ? [compiled] : []),
  ]
  return {
    ...router,
    name,
    provider,
    middlewares,
    priority,
    using,
    errors: [...strange, ...fatal],
    status: fatal.length > 0 ? 'disabled' : strange.length > 0 ? 'warning' : 'enabled',
    matches: typeof compiled === 'string' ? () => false : compiled,
  }
}

function whatIsMissing(
  { services, middlewares }: Omit<Runtime, 'routers'>,
  provider: string,
  router: RouterConfiguration,
): readonly string[] {
  const options = router.tls?.options ?? 'default'
  if (options !== 'default') return [`building router handler: unknown TLS options: ${qualified(options, provider)}`]
  const missing = router.middlewares.find((each) => !middlewares.has(each))
  if (missing !== undefined) return [`middleware "${missing}" does not exist`]
  const service = qualified(router.service, provider)
  if (service.endsWith('@internal')) return []
  return services.get(service)?.errors ?? [`the service "${service}" does not exist`]
}
