import { parseDuration } from '../../domain/duration.ts'
import type { FailoverConfiguration, HealthCheckConfiguration, ServiceConfiguration, WeightedConfiguration } from './configuration.ts'
import { FileRejected, flag, list, number, section, text } from './file-fields.ts'

/** A service of the file: servers behind a load balancer, or other services, by weight or one for the other. The lab knows no mirroring. */
export function serviceOf(value: unknown, path: string): ServiceConfiguration {
  const kinds = section(value, path, ['loadbalancer', 'weighted', 'failover'])
  const { loadbalancer, weighted, failover } = kinds
  if (Object.values(kinds).filter((each) => each !== undefined).length > 1)
    throw new FileRejected(`${path}: the lab knows one kind a service`)
  const none = { servers: [], passHostHeader: true }
  if (weighted !== undefined) return { ...none, weighted: weightedOf(weighted, `${path}.weighted`) }
  if (failover !== undefined) return { ...none, failover: failoverOf(failover, `${path}.failover`) }
  return balancerOf(loadbalancer, `${path}.loadBalancer`)
}

function balancerOf(value: unknown, path: string): ServiceConfiguration {
  const balancer = section(value, path, ['servers', 'passhostheader', 'serverstransport', 'healthcheck'])
  const servers = listOf(balancer['servers'])
  const serversTransport = text(balancer['serverstransport'], `${path}.serversTransport`)
  const check = balancer['healthcheck']
  return {
    servers: servers.map((server, index) => text(section(server, `${path}.servers[${index}]`, ['url'])['url'], `${path}.url`) ?? ''),
    passHostHeader: flag(balancer['passhostheader'], `${path}.passHostHeader`) ?? true,
    ...(serversTransport !== undefined && { serversTransport }),
    ...(check !== undefined && { healthCheck: healthCheckOf(check, `${path}.healthCheck`) }),
  }
}

function healthCheckOf(value: unknown, path: string): HealthCheckConfiguration {
  const check = section(value, path, ['path', 'scheme', 'hostname', 'interval', 'timeout', 'headers'])
  const duration = (field: string, otherwise: number): number => {
    const written = text(check[field], `${path}.${field}`)
    const found = written === undefined ? otherwise : parseDuration(written)
    if (found === undefined) throw new FileRejected(`${path}.${field}: time: invalid duration ${JSON.stringify(written)}`)
    return found
  }
  const hostname = text(check['hostname'], `${path}.hostname`)
  const scheme = text(check['scheme'], `${path}.scheme`)
  const headers = Object.entries(check['headers'] ?? {}).map(([name, each]) => [name, text(each, `${path}.headers`) ?? ''] as const)
  return {
    path: text(check['path'], `${path}.path`) ?? '',
    interval: duration('interval', 30_000),
    timeout: duration('timeout', 5_000),
    ...(scheme !== undefined && { scheme }),
    ...(hostname !== undefined && { hostname }),
    ...(headers.length > 0 && { headers: Object.fromEntries(headers) }),
  }
}

function weightedOf(value: unknown, path: string): WeightedConfiguration {
  const fields = section(value, path, ['services', 'sticky', 'healthcheck'])
  const healthCheck = fields['healthcheck'] !== undefined
  const services = listOf(fields['services']).map((child, index) => {
    const { name, weight } = section(child, `${path}.services[${index}]`, ['name', 'weight'])
    return { name: text(name, `${path}.name`) ?? '', weight: number(weight, `${path}.weight`) ?? 1 }
  })
  if (fields['sticky'] === undefined) return { services, healthCheck }
  const cookie = section(section(fields['sticky'], `${path}.sticky`, ['cookie'])['cookie'], `${path}.cookie`, [
    'name',
    'secure',
    'httponly',
  ])
  const name = text(cookie['name'], `${path}.sticky.cookie.name`)
  if (name === undefined) throw new FileRejected(`${path}.sticky.cookie: the lab wants its name`)
  const of = (field: string): boolean => flag(cookie[field], `${path}.sticky.cookie.${field}`) ?? false
  return { services, healthCheck, cookie: { name, secure: of('secure'), httpOnly: of('httponly') } }
}

function failoverOf(value: unknown, path: string): FailoverConfiguration {
  const fields = section(value, path, ['service', 'fallback', 'healthcheck', 'errors'])
  const errors = section(fields['errors'], `${path}.errors`, ['status', 'maxrequestbodybytes'])
  return {
    service: text(fields['service'], `${path}.service`) ?? '',
    fallback: text(fields['fallback'], `${path}.fallback`) ?? '',
    healthCheck: fields['healthcheck'] !== undefined,
    ...(fields['errors'] !== undefined && {
      errors: {
        status: list(errors['status'], `${path}.errors.status`),
        maxRequestBodyBytes: number(errors['maxrequestbodybytes'], `${path}.errors.maxRequestBodyBytes`) ?? -1,
      },
    }),
  }
}

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])
