import { formatDuration } from '../../domain/duration.ts'
import type { LoadBalancerService, ServiceDefinition } from '../../domain/ports/index.ts'
import type { Plan } from '../../domain/plan.ts'
import { siteOf } from '../../domain/plan.ts'
import type { OpenRecord, RouteSet } from '../open-traefik-route/record.ts'
import { siteRoute } from '../open-traefik-route/record.ts'
import { netOf } from '../open-traefik-route/safety-net.ts'
import { doorsOf, inOwnFile } from '../open-traefik-route/route-set.ts'
import { recorded } from '../recorded.ts'
import type { HealthCheckSpec, ShiftSpec } from './record.ts'
import { percentOf } from './record.ts'

export const DEFAULT_HEALTH_CHECK = { interval: 2_000, timeout: 1_000 }

/** Pure. All that the file holds of ours while this portion of visitors is sent. */
export function portion(spec: ShiftSpec, plan: Plan, opened: OpenRecord): RouteSet {
  const shared = siteRoute(opened).name
  const doors = doorsOf(opened)
  const routers = (service: string): RouteSet['routers'] =>
    Object.fromEntries(opened.routes.map(({ name, definition }) => [name, { ...definition, service }]))
  if (spec.send === '100%') return recorded<RouteSet>({ routers: routers(inOwnFile(opened.target)), services: {} })
  const own = spec.send === 'failover' ? checkedCopy(spec.healthCheck, plan, opened) : {}
  const services = { ...doors.services, ...own, [shared]: spec.send === 'failover' ? failover(opened) : weighted(spec, opened) }
  const nets = Object.fromEntries(opened.routes.map((route) => netOf(route)))
  return recorded<RouteSet>({ routers: { ...doors.routers, ...routers(shared), ...nets }, services })
}

/** The names of both children stay the same from portion to portion: a sticky cookie holds as long as they do. */
function weighted({ send }: ShiftSpec, { services, sticky }: OpenRecord): ServiceDefinition {
  const share = percentOf(send) ?? 0
  return {
    weighted: {
      services: [
        { name: inOwnFile(services.new), weight: share },
        { name: inOwnFile(services.old), weight: 100 - share },
      ],
      ...(sticky && { sticky: { cookie: sticky } }),
    },
  }
}

/** Kubernetes first, the old side as spare. */
const failover = ({ services }: OpenRecord): ServiceDefinition => ({
  failover: { service: inOwnFile(services.new), fallback: inOwnFile(services.old) },
})

/** Traefik disables a failover whose first service has no health check (facts: Traefik 14): the copy of ours gets one. */
function checkedCopy(check: HealthCheckSpec | undefined, plan: Plan, { services, copy }: OpenRecord): Record<string, ServiceDefinition> {
  if (copy === undefined) return {}
  return { [inOwnFile(services.new)]: { loadBalancer: { ...copy, healthCheck: healthCheck(check, plan, copy) } } }
}

type HealthCheck = NonNullable<LoadBalancerService['healthCheck']>

function healthCheck(check: HealthCheckSpec | undefined, plan: Plan, copy: LoadBalancerService): HealthCheck {
  const { hostname, pathname, search } = new URL(siteOf(plan).url)
  return {
    path: check?.path ?? `${pathname}${search}`,
    // A server that chooses by the visitor's Host is asked with it; otherwise with its own, as visitors' requests are.
    ...(copy.passHostHeader !== false && { hostname }),
    interval: formatDuration(check?.interval ?? DEFAULT_HEALTH_CHECK.interval),
    timeout: formatDuration(check?.timeout ?? DEFAULT_HEALTH_CHECK.timeout),
  }
}
