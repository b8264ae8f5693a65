import type { JsonObject } from '../../../domain/json.ts'
import type {
  FailoverService,
  LoadBalancerService,
  OwnedDefinitions,
  OwnedSection,
  RouterDefinition,
  ServiceDefinition,
  WeightedService,
} from '../../../domain/ports/edge.ts'

/** Sections of `http` in which we own keys, in the order in which they are made. */
export const OWNED_SECTIONS = ['routers', 'services'] as const satisfies readonly OwnedSection[]

const VALUE: { readonly [Section in OwnedSection]: (definition: OwnedDefinitions[Section]) => JsonObject } = {
  routers: routerValue,
  services: serviceValue,
}

/** A definition as data, in the order in which it is written; what is not set is left out. */
export function definitionValue<Section extends OwnedSection>(section: Section, definition: OwnedDefinitions[Section]): JsonObject {
  return VALUE[section](definition)
}

function routerValue(router: RouterDefinition): JsonObject {
  return {
    rule: router.rule,
    entryPoints: router.entryPoints,
    ...(router.middlewares && router.middlewares.length > 0 && { middlewares: router.middlewares }),
    service: router.service,
    priority: router.priority,
    ...(router.tls !== undefined && { tls: router.tls }),
  }
}

function serviceValue(service: ServiceDefinition): JsonObject {
  if ('weighted' in service) return { weighted: weighted(service.weighted) }
  if ('failover' in service) return { failover: failover(service.failover) }
  return { loadBalancer: loadBalancer(service.loadBalancer) }
}

const weighted = ({ services, sticky, healthCheck }: WeightedService): JsonObject => ({
  services: services.map(({ name, weight }) => ({ name, weight })),
  ...(sticky && {
    sticky: { cookie: present({ name: sticky.cookie.name, secure: sticky.cookie.secure, httpOnly: sticky.cookie.httpOnly }) },
  }),
  ...(healthCheck && { healthCheck: {} }),
})

const failover = ({ service, fallback, healthCheck, errors }: FailoverService): JsonObject => ({
  service,
  fallback,
  ...(healthCheck && { healthCheck: {} }),
  ...(errors && { errors: present({ status: errors.status, maxRequestBodyBytes: errors.maxRequestBodyBytes }) }),
})

function loadBalancer({ servers, passHostHeader, serversTransport, healthCheck: check }: LoadBalancerService): JsonObject {
  return present({
    servers: servers.map(({ url }) => ({ url })),
    passHostHeader,
    serversTransport,
    healthCheck:
      check &&
      present({
        path: check.path,
        hostname: check.hostname,
        interval: check.interval,
        timeout: check.timeout,
        scheme: check.scheme,
        // Traefik rejects a file with an empty map that means nothing (facts: Traefik 9).
        headers: check.headers && Object.keys(check.headers).length > 0 ? check.headers : undefined,
      }),
  })
}

/** Without undefined members, so that what is compared is what is written. */
const present = (value: JsonObject): JsonObject => Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined))
