import type { Json, JsonObject } from '../../domain/json.ts'
import type { EdgeService, LoadBalancerService } from '../../domain/ports/index.ts'
import { sameService } from '../../domain/same-service.ts'
import { inOwnFile } from './route-set.ts'

/** The service of ours that dials for the new side while the route is shared. */
export const copyName = (router: string): string => `${router}-new`

/**
 * A service that dials the same servers in the same way; undefined where the plan's service is more than that (another provider's, a weighted
 * one, sticky cookies, a health check of its own), so that a copy would be another.
 */
export function plainCopy(service: EdgeService): LoadBalancerService | undefined {
  // Of another provider the servers come and go: a copy would dial those of yesterday.
  if (service.provider !== 'file' || service.servers.length === 0) return undefined
  const copy: LoadBalancerService = {
    servers: service.servers.map(({ url }) => ({ url })),
    ...(!service.passHostHeader && { passHostHeader: false }),
    ...(service.serversTransport !== undefined && { serversTransport: inOwnFile(service.serversTransport) }),
  }
  // What Traefik would show of the copy must be what it shows of the original.
  return sameService(service, { loadBalancer: copy }) ? copy : undefined
}

export const hasHealthCheck = ({ content }: EdgeService): boolean => {
  const balancer: Json | undefined = (content as JsonObject | undefined)?.['loadBalancer']
  return typeof balancer === 'object' && balancer !== null && 'healthCheck' in balancer
}
