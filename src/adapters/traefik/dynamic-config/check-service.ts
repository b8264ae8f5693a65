import type { FailoverService, LoadBalancerService, ServiceDefinition, WeightedService } from '../../../domain/ports/edge.ts'

/** Why Traefik would reject or disable this service, or make something else of it, whatever the file says; undefined where it would not. */
export function whyServiceNotWritable(name: string, service: ServiceDefinition): string | undefined {
  if ('weighted' in service) return whyNotWeighted(name, service.weighted)
  if ('failover' in service) return whyNotFailover(name, service.failover)
  return whyNotLoadBalancer(service.loadBalancer)
}

function whyNotWeighted(own: string, { services, sticky }: WeightedService): string | undefined {
  const names = services.map(({ name }) => name)
  const odd = services.find(({ weight }) => !Number.isSafeInteger(weight) || weight < 0)
  if (odd !== undefined) return `weight ${odd.weight} of \`${odd.name}\` is no whole number from 0 on`
  if (!services.some(({ weight }) => weight > 0)) return 'no child has a weight above 0: visitors would get 503'
  if (new Set(names.map(bare)).size < names.length) return 'a child is there twice'
  if (names.some((child) => bare(child) === own)) return 'it would lead to itself'
  return sticky === undefined ? undefined : whyNotCookie(sticky.cookie.name)
}

/** Traefik makes `_` of what it does not like, and shows the cookie under that name. */
const whyNotCookie = (name: string): string | undefined =>
  /^[A-Za-z0-9_-]+$/.test(name) ? undefined : `cookie name \`${name}\` is not made of letters, digits, \`_\` and \`-\``

function whyNotFailover(own: string, { service, fallback, errors }: FailoverService): string | undefined {
  if (bare(service) === own || bare(fallback) === own) return 'it would lead to itself'
  if (bare(service) === bare(fallback)) return `\`${service}\` would be its own fallback`
  if (errors === undefined) return undefined
  const odd = errors.status.find((range) => !isStatusRange(range))
  if (odd !== undefined) return `\`${odd}\` is no status from 100 to 599, nor a range of them as in 502-504`
  if (errors.status.length === 0) return 'errors without a status mean nothing'
  const most = errors.maxRequestBodyBytes
  return most === undefined || (Number.isSafeInteger(most) && most > 0)
    ? undefined
    : `maxRequestBodyBytes ${most} is no whole number above 0`
}

function isStatusRange(range: string): boolean {
  const found = /^([1-5]\d\d)(?:-([1-5]\d\d))?$/.exec(range)
  return found !== null && Number(found[2] ?? found[1]) >= Number(found[1])
}

function whyNotLoadBalancer({ servers, healthCheck }: LoadBalancerService): string | undefined {
  if (servers.length === 0) return 'without servers visitors would get 503'
  const odd = servers.find(({ url }) => !/^(?:https?|h2c):\/\/[^/\s]/.test(url))
  if (odd !== undefined) return `\`${odd.url}\` is no URL of a server, as in http://192.0.2.1:8080`
  if (healthCheck === undefined) return undefined
  if (!/^\/(?!\/)\S*$/.test(healthCheck.path)) return `the path \`${healthCheck.path}\` of the health check does not begin with one \`/\``
  const time = [healthCheck.interval, healthCheck.timeout].find((each) => each !== undefined && !isDuration(each))
  return time === undefined ? undefined : `\`${time}\` is no duration above 0 as Go writes it, such as 500ms or 1m30s`
}

const isDuration = (text: string): boolean => /^(?:\d+(?:\.\d+)?(?:ms|s|m|h))+$/.test(text) && /[1-9]/.test(text)

const bare = (name: string): string => name.replace(/@file$/, '')
