import { formatDuration } from '../../domain/duration.ts'
import type { FailoverConfiguration, HealthCheckConfiguration, WeightedConfiguration } from './configuration.ts'
import type { RunningService } from './running-service.ts'

type Content = Readonly<Record<string, unknown>>

/** A service as the API shows it, with what Traefik fills in. The transport of one that is not built stands as it was written. */
export function contentOf(service: RunningService, isBuilt: boolean): Content {
  if (service.weighted !== undefined) return { weighted: weightedContent(service.weighted) }
  if (service.failover !== undefined) return { failover: failoverContent(service.failover) }
  const transport = isBuilt ? service.serversTransport : service.transportAsWritten
  return {
    loadBalancer: {
      servers: service.servers.map((url) => ({ url })),
      strategy: 'wrr',
      ...(service.healthCheck && { healthCheck: checkContent(service.healthCheck) }),
      passHostHeader: service.passHostHeader,
      responseForwarding: { flushInterval: '100ms' },
      ...(transport !== undefined && { serversTransport: transport }),
    },
  }
}

const checkContent = ({ interval, timeout, ...check }: HealthCheckConfiguration): Content => ({
  mode: 'http',
  ...check,
  interval: formatDuration(interval),
  timeout: formatDuration(timeout),
  followRedirects: true,
})

function weightedContent({ services, cookie, healthCheck }: WeightedConfiguration): Content {
  const { name, secure, httpOnly } = cookie ?? {}
  const shown = { name, ...(secure === true && { secure }), ...(httpOnly === true && { httpOnly }), path: '/' }
  return { services, ...(cookie && { sticky: { cookie: shown } }), ...(healthCheck && { healthCheck: {} }) }
}

const failoverContent = ({ healthCheck, ...failover }: FailoverConfiguration): Content => ({
  ...failover,
  ...(healthCheck && { healthCheck: {} }),
})
