import type { Configuration, ServiceConfiguration, TransportConfiguration } from './configuration.ts'
import { qualified } from './configuration.ts'

export interface RunningService extends ServiceConfiguration {
  readonly name: string
  readonly transportAsWritten?: string
  readonly provider: string
  readonly errors: readonly string[]
}

/** The services of all providers, by their full names. */
export function runningServices(
  configurations: readonly Configuration[],
  transports: ReadonlyMap<string, TransportConfiguration>,
): ReadonlyMap<string, RunningService> {
  const all = configurations.flatMap(({ provider, services }) =>
    [...services].map(([name, service]) => runningService(`${name}@${provider}`, provider, service, transports)),
  )
  const byName = new Map(all.map((service) => [service.name, service]))
  return new Map(all.map((service) => [service.name, { ...service, errors: errorsOf(byName, service) }]))
}

function runningService(
  name: string,
  provider: string,
  service: ServiceConfiguration,
  transports: ReadonlyMap<string, TransportConfiguration>,
): RunningService {
  const transport = service.serversTransport === undefined ? undefined : qualified(service.serversTransport, provider)
  const missing = transport !== undefined && transport !== 'default@internal' && !transports.has(transport)
  const errors = missing
    ? [`error building proxy for server URL ${service.servers[0] ?? ''}: getting RoundTripper: servers transport not found ${transport}`]
    : []
  return {
    ...service,
    name,
    provider,
    errors,
    ...(transport !== undefined && { serversTransport: transport }),
    ...(service.serversTransport !== undefined && { transportAsWritten: service.serversTransport }),
  }
}

type Services = ReadonlyMap<string, RunningService>

/** Names of the services below it, as they were written. */
export const childrenOf = ({ weighted, failover }: ServiceConfiguration): readonly string[] =>
  failover === undefined ? (weighted?.services ?? []).map(({ name }) => name) : [failover.service, failover.fallback]

/** The first child that cannot be built, or that cannot tell how it is where that is wanted, fails the whole (facts: Traefik 14). */
function errorsOf(all: Services, service: RunningService, above: readonly string[] = []): readonly string[] {
  for (const name of childrenOf(service)) {
    const full = qualified(name, service.provider)
    const child = all.get(full)
    const error = child === undefined ? `the service "${full}" does not exist` : errorOf(all, child, above)
    if (error !== undefined) return [service.weighted === undefined ? error : `building HTTP service "${name}": ${error}`]
    if (child !== undefined && mustTell(service, name) && !tells(child))
      return [`cannot register ${name} as updater for ${service.name}: healthCheck not enabled in config for this WRR service`]
  }
  return service.errors
}

const errorOf = (all: Services, child: RunningService, above: readonly string[]): string | undefined =>
  above.includes(child.name) ? 'infinite recursion' : errorsOf(all, child, [...above, child.name])[0]

/** Whether a child has to tell those above when it goes down and comes up. */
function mustTell({ weighted, failover }: ServiceConfiguration, name: string): boolean {
  if (failover === undefined) return weighted?.healthCheck === true
  return failover.healthCheck || (name === failover.service && failover.errors === undefined)
}

const tells = ({ weighted, failover, healthCheck }: ServiceConfiguration): boolean =>
  weighted?.healthCheck ?? failover?.healthCheck ?? healthCheck !== undefined
