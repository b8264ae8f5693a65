import type { EdgeService, RouterDefinition, ServiceDefinition } from '../../../src/domain/ports/index.ts'

/** The services of a file and of other providers, as one Traefik runs them. */
export interface FakeServices {
  readonly file: Readonly<Record<string, ServiceDefinition>>
  readonly routers: Readonly<Record<string, RouterDefinition>>
  readonly others: readonly EdgeService[]
}

export const qualified = (name: string): string => (name.includes('@') ? name : `${name}@file`)

const childrenOf = (definition: ServiceDefinition): readonly string[] => {
  if ('weighted' in definition) return definition.weighted.services.map(({ name }) => name)
  return 'failover' in definition ? [definition.failover.service, definition.failover.fallback] : []
}
const definitionOf = ({ file }: FakeServices, name: string): ServiceDefinition | undefined =>
  Object.entries(file).find(([key]) => `${key}@file` === qualified(name))?.[1]

/** Why Traefik cannot build a service and disables every router to it, in its own words; undefined where it can (facts: Traefik 14). */
export function whyNot(services: FakeServices, name: string): string | undefined {
  const definition = definitionOf(services, name)
  if (definition === undefined)
    return services.others.some((each) => each.name === qualified(name)) ? undefined : `the service "${qualified(name)}" does not exist`
  for (const child of childrenOf(definition)) {
    const error = whyNot(services, child)
    if (error !== undefined) return 'weighted' in definition ? `building HTTP service "${child}": ${error}` : error
  }
  return 'failover' in definition && definition.failover.errors === undefined && !isChecked(services, definition.failover.service)
    ? `cannot register ${definition.failover.service} as updater for ${qualified(name)}: healthCheck not enabled in config for this service`
    : undefined
}

function isChecked(services: FakeServices, name: string): boolean {
  const definition = definitionOf(services, name)
  return definition !== undefined && Object.values(definition).some((each: object) => 'healthCheck' in each)
}

/** As the API shows it. */
export function shown(services: FakeServices, name: string): EdgeService | undefined {
  const definition = definitionOf(services, name)
  if (definition === undefined) return services.others.find((each) => each.name === qualified(name))
  const usedBy = Object.entries(services.routers).flatMap(([router, { service }]) =>
    qualified(service) === qualified(name) ? [`${router}@file`] : [],
  )
  const error = whyNot(services, name)
  const balancer = 'loadBalancer' in definition ? definition.loadBalancer : undefined
  return {
    name: qualified(name),
    provider: 'file',
    status: error === undefined ? 'enabled' : 'disabled',
    errors: error === undefined ? [] : [error],
    type: (Object.keys(definition)[0] ?? '').toLowerCase(),
    servers: (balancer?.servers ?? []).map(({ url }) => ({ url, status: 'UP' as const })),
    passHostHeader: balancer?.passHostHeader ?? true,
    ...(balancer?.serversTransport !== undefined && { serversTransport: `${balancer.serversTransport}@file` }),
    usedBy,
    content: definition,
  }
}

/** The load balancer that answers the next request: by weights in turn, a failover's first unless it is down. `turns` is moved on. */
export function answering(services: FakeServices, name: string, turns: Map<string, number>, isDown: (name: string) => boolean): string {
  const definition = definitionOf(services, name)
  const below = (child: string): string => answering(services, child, turns, isDown)
  if (definition === undefined || 'loadBalancer' in definition) return qualified(name)
  if ('failover' in definition)
    return isDown(qualified(definition.failover.service)) ? below(definition.failover.fallback) : below(definition.failover.service)
  const key = (child: string): string => `${name} ${child}`
  const due = ({ name: child, weight }: { readonly name: string; readonly weight: number }): number =>
    ((turns.get(key(child)) ?? 0) + 1) / weight
  const [next] = definition.weighted.services.filter(({ weight }) => weight > 0).toSorted((a, b) => due(a) - due(b))
  if (next === undefined) return qualified(name)
  turns.set(key(next.name), (turns.get(key(next.name)) ?? 0) + 1)
  return below(next.name)
}
