import type { ServiceDefinition, WeightedService } from '../../domain/ports/index.ts'
import type { OpenRecord, RouteSet } from '../open-traefik-route/record.ts'
import { siteRoute } from '../open-traefik-route/record.ts'
import { inOwnFile } from '../open-traefik-route/route-set.ts'
import { recorded } from '../recorded.ts'

/**
 * Pure. The same set with every visitor on the new side: its weighted service without the old child. Doors, routers and the net stay as they
 * are. Undefined where the set shares nobody by weight.
 */
export function withoutOldSide(set: RouteSet, opened: Pick<OpenRecord, 'routes' | 'services'>): RouteSet | undefined {
  const shared = siteRoute(opened).name
  const definition: ServiceDefinition | undefined = set.services[shared]
  if (definition === undefined || !('weighted' in definition)) return undefined
  const weighted: WeightedService = definition.weighted
  const services = weighted.services.filter(({ name }) => name !== inOwnFile(opened.services.old))
  return recorded<RouteSet>({ ...set, services: { ...set.services, [shared]: { weighted: { ...weighted, services } } } })
}
