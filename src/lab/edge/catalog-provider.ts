import type { CatalogInstance } from '../contract.ts'
import type { Configuration, RouterConfiguration, ServiceConfiguration, TransportConfiguration } from './configuration.ts'

/**
 * What Traefik's Consul Catalog provider makes of the instances: a service per name; routers from its tags, or one for `Host(name)`. Only instances
 * tagged `traefik.enable=true` count (`exposedByDefault: false`).
 */
export function readCatalog(instances: readonly CatalogInstance[]): Configuration {
  const exposed = instances.filter(({ tags }) => tags.includes('traefik.enable=true'))
  const byService = groupByService(exposed)
  const routers = new Map<string, RouterConfiguration>()
  const services = new Map<string, ServiceConfiguration>()
  const transports = new Map<string, TransportConfiguration>()
  for (const [name, members] of byService) {
    const service = normalize(name)
    const isConnect = members.some((each) => speaksConnect(each))
    services.set(service, serviceOf(members, isConnect ? transportOf(name) : undefined))
    if (isConnect) transports.set(transportOf(name), { insecureSkipVerify: false, hasRootCAs: true, connect: true })
    for (const [router, definition] of routersOf(members[0]?.tags ?? [], service, name)) routers.set(router, definition)
  }
  return { provider: 'consulcatalog', routers, services, middlewares: new Map(), transports }
}

function groupByService(instances: readonly CatalogInstance[]): ReadonlyMap<string, readonly CatalogInstance[]> {
  const groups = new Map<string, CatalogInstance[]>()
  for (const instance of instances) groups.set(instance.service, [...(groups.get(instance.service) ?? []), instance])
  return groups
}

const speaksConnect = ({ tags, connect }: CatalogInstance): boolean => connect && tags.includes('traefik.consulcatalog.connect=true')
const transportOf = (service: string): string => normalize(`tls--dc1-${service}`)
const urlOf = (instance: CatalogInstance): string => `${speaksConnect(instance) ? 'https' : 'http'}://${instance.address}:${instance.port}`

/** Letters and digits stay, everything else becomes one dash. */
const normalize = (name: string): string =>
  name
    .split(/[^\p{L}\p{N}]+/u)
    .filter((part) => part !== '')
    .join('-')

function serviceOf(members: readonly CatalogInstance[], serversTransport: string | undefined): ServiceConfiguration {
  return {
    servers: members.map(urlOf),
    passHostHeader: true,
    ...(serversTransport !== undefined && { serversTransport }),
    instances: Object.fromEntries(members.map((instance) => [urlOf(instance), instance.id])),
  }
}

/** `traefik.http.routers.NAME.FIELD=value`, fields without regard to case. */
function routersOf(tags: readonly string[], service: string, name: string): ReadonlyMap<string, RouterConfiguration> {
  const fields = new Map<string, Map<string, string>>()
  for (const tag of tags) {
    const [, router, field, value] = /^traefik\.http\.routers\.([^.=]+)\.([^=]+)=(.*)$/i.exec(tag) ?? []
    if (router === undefined || field === undefined || value === undefined) continue
    fields.set(router, (fields.get(router) ?? new Map<string, string>()).set(field.toLowerCase(), value))
  }
  if (fields.size === 0) fields.set(normalize(name), new Map())
  return new Map([...fields].map(([router, values]) => [router, routerOf(values, service, name)]))
}

function routerOf(values: ReadonlyMap<string, string>, service: string, name: string): RouterConfiguration {
  const certResolver = values.get('tls.certresolver')
  const options = values.get('tls.options')
  const hasTls = values.get('tls') === 'true' || certResolver !== undefined || options !== undefined
  return {
    rule: values.get('rule') ?? `Host(\`${normalize(name)}\`)`,
    service: values.get('service') ?? service,
    entryPoints: commaList(values.get('entrypoints')),
    middlewares: commaList(values.get('middlewares')),
    priority: Number(values.get('priority') ?? 0),
    ...(hasTls && { tls: { ...(options !== undefined && { options }), ...(certResolver !== undefined && { certResolver }) } }),
  }
}

const commaList = (value: string | undefined): readonly string[] => (value === undefined ? [] : value.split(',').map((item) => item.trim()))
