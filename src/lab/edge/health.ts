import type { LabRequest } from '../contract.ts'
import { qualified } from './configuration.ts'
import type { RunningService } from './running-service.ts'
import type { Runtime } from './runtime.ts'
import type { Upstreams } from './upstream.ts'
import { askServer } from './upstream.ts'
import type { EdgeWorld } from './world.ts'

/** How the services are at a moment. */
export interface Health {
  isServerUp(service: RunningService, url: string): boolean
  isUp(service: RunningService): boolean
}

/**
 * Every reload marks servers as up until the first check, an interval later (facts: Traefik 13). From then on the lab knows at once what
 * a real Traefik sees at its next check.
 */
export function healthAt(world: EdgeWorld, runtime: Runtime, upstreams: Upstreams, now: number): Health {
  const isServerUp: Health['isServerUp'] = (service, url) => {
    const check = service.healthCheck
    if (check === undefined || now < (world.loadedAt ?? 0) + check.interval) return true
    const request: LabRequest = {
      method: 'GET',
      path: check.path,
      query: new URLSearchParams(),
      headers: { host: check.hostname ?? new URL(url).host, ...check.headers },
      body: '',
      signal: new AbortController().signal,
    }
    const { status } = askServer({ world, runtime, upstreams, service }, url, request)
    return status >= 200 && status < 400
  }
  const named = (name: string, provider: string): boolean => {
    const service = runtime.services.get(qualified(name, provider))
    return service !== undefined && isUp(service)
  }
  const isUp = (service: RunningService): boolean => {
    const { weighted, failover, provider } = service
    if (weighted !== undefined)
      return !weighted.healthCheck || weighted.services.some(({ name, weight }) => weight > 0 && named(name, provider))
    if (failover !== undefined) return !failover.healthCheck || named(failover.service, provider) || named(failover.fallback, provider)
    return service.healthCheck === undefined || service.servers.some((url) => isServerUp(service, url))
  }
  return { isServerUp, isUp }
}
