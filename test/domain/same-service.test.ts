import { describe, expect, it } from 'vitest'
import type { Json } from '../../src/domain/json.ts'
import type { EdgeService, ServiceDefinition } from '../../src/domain/ports/edge.ts'
import { sameService } from '../../src/domain/same-service.ts'

/** As Traefik 3.7.15 shows it. */
const shown = (content: Json, provider = 'file'): EdgeService => ({
  name: 'x@file',
  provider,
  status: 'enabled',
  errors: [],
  type: '',
  servers: [],
  passHostHeader: true,
  usedBy: [],
  content,
})

const WEIGHTED: ServiceDefinition = {
  weighted: {
    services: [
      { name: 'main', weight: 1 },
      { name: 'jmc@consulcatalog', weight: 95 },
    ],
    sticky: { cookie: { name: 'side', secure: true, httpOnly: false } },
  },
}
const SHOWN_WEIGHTED = {
  services: [
    { name: 'main', weight: 1 },
    { name: 'jmc@consulcatalog', weight: 95 },
  ],
  sticky: { cookie: { name: 'side', secure: true, path: '/' } },
}
const BALANCER: ServiceDefinition = {
  loadBalancer: {
    servers: [{ url: 'http://10.0.0.1/' }],
    serversTransport: 'k8s',
    healthCheck: { path: '/x', interval: '90s', timeout: '1500ms', headers: { name: 'a@file' } },
  },
}
const SHOWN_BALANCER = {
  servers: [{ url: 'http://10.0.0.1/' }],
  strategy: 'wrr',
  healthCheck: { mode: 'http', path: '/x', interval: '1m30s', timeout: '1.5s', followRedirects: true, headers: { name: 'a@file' } },
  passHostHeader: true,
  responseForwarding: { flushInterval: '100ms' },
  serversTransport: 'k8s@file',
}

describe('the service that Traefik shows', () => {
  it.each<[string, Json, ServiceDefinition]>([
    ['weighted', { weighted: SHOWN_WEIGHTED }, WEIGHTED],
    [
      'failover',
      { failover: { service: 'main@file', fallback: 'b', healthCheck: {} } },
      { failover: { service: 'main', fallback: 'b@file', healthCheck: {} } },
    ],
    [
      'failover by answers',
      { failover: { service: 'a', fallback: 'b', errors: { maxRequestBodyBytes: -1, status: ['502-504'] } } },
      { failover: { service: 'a', fallback: 'b', errors: { status: ['502-504'] } } },
    ],
    ['loadBalancer', { loadBalancer: SHOWN_BALANCER }, BALANCER],
    [
      'loadBalancer with every default',
      {
        loadBalancer: {
          ...SHOWN_BALANCER,
          serversTransport: undefined,
          healthCheck: { mode: 'http', path: '/', interval: '30s', timeout: '5s', followRedirects: true },
        },
      },
      {
        loadBalancer: {
          servers: [{ url: 'http://10.0.0.1/' }],
          passHostHeader: true,
          healthCheck: { path: '/', interval: '30s', headers: {} },
        },
      },
    ],
  ])('is the one we wrote: %s', (_, content, definition) => {
    expect(sameService(shown(content), definition)).toBe(true)
  })

  it.each<[string, Json, ServiceDefinition]>([
    [
      'another weight',
      { weighted: { ...SHOWN_WEIGHTED, services: [{ name: 'main', weight: 2 }, SHOWN_WEIGHTED.services[1] ?? null] } },
      WEIGHTED,
    ],
    ['no cookie', { weighted: { services: SHOWN_WEIGHTED.services } }, WEIGHTED],
    [
      'a cookie for a while only',
      { weighted: { ...SHOWN_WEIGHTED, sticky: { cookie: { name: 'side', secure: true, path: '/', maxAge: 60 } } } },
      WEIGHTED,
    ],
    ['health handed on', { weighted: { ...SHOWN_WEIGHTED, healthCheck: {} } }, WEIGHTED],
    ['another provider', { failover: { service: 'a@docker', fallback: 'b' } }, { failover: { service: 'a', fallback: 'b' } }],
    ['another kind', { weighted: SHOWN_WEIGHTED }, BALANCER],
    [
      'another interval',
      { loadBalancer: { ...SHOWN_BALANCER, healthCheck: { ...SHOWN_BALANCER.healthCheck, interval: '1m31s' } } },
      BALANCER,
    ],
    [
      'another method of checking',
      { loadBalancer: { ...SHOWN_BALANCER, healthCheck: { ...SHOWN_BALANCER.healthCheck, mode: 'grpc' } } },
      BALANCER,
    ],
    ['another strategy', { loadBalancer: { ...SHOWN_BALANCER, strategy: 'p2c' } }, BALANCER],
    ['another Host', { loadBalancer: { ...SHOWN_BALANCER, passHostHeader: false } }, BALANCER],
    [
      'another header',
      { loadBalancer: { ...SHOWN_BALANCER, healthCheck: { ...SHOWN_BALANCER.healthCheck, headers: { name: 'a' } } } },
      BALANCER,
    ],
  ])('is not, with %s', (_, content, definition) => {
    expect(sameService(shown(content), definition)).toBe(false)
  })

  it("is not, where another provider's has the same content, or nothing is shown", () => {
    expect(sameService(shown({ weighted: SHOWN_WEIGHTED }, 'docker'), WEIGHTED)).toBe(false)
    const { content: _, ...internal } = shown(null)
    expect(sameService(internal, WEIGHTED)).toBe(false)
  })
})
