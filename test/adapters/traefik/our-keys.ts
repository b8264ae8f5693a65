import fc from 'fast-check'
import type { OwnedKeys, RouterDefinition, ServiceDefinition } from '../../../src/domain/ports/edge.ts'

const EXTERNAL = ['jmc@consulcatalog', 'web@docker', 'true@internal']

const router = (services: readonly string[]): fc.Arbitrary<RouterDefinition> =>
  fc
    .record({
      rule: fc.constantFrom(
        'Host(`www.site.test`)',
        'Host(`a`) && Header(`X-Y`, "it\'s: # {odd}")',
        '!Path(`/x`)',
        'Host(`Größe`)',
        'null',
        '- x',
        'Path(`/a\tb`)',
      ),
      service: fc.constantFrom(...services),
      entryPoints: fc.constantFrom(['websecure'], ['web', 'websecure'], []),
      priority: fc.constantFrom(1, -5, 100_000),
      middlewares: fc.constantFrom(undefined, [], ['oauth-auth@docker'], ['a@docker', 'b@docker']),
      tls: fc.constantFrom(
        undefined,
        {},
        { certResolver: 'le' },
        { options: 'x@file', domains: [{ main: 'a.test', sans: ['b.test', '*.c.test'] }] },
      ),
    })
    .map(({ middlewares, tls, ...rest }) => ({ ...rest, ...(middlewares && { middlewares }), ...(tls && { tls }) }))

const loadBalancer: fc.Arbitrary<ServiceDefinition> = fc
  .record({
    urls: fc.constantFrom(['http://10.0.0.1:80'], ['https://host.docker.internal:30443/', 'http://[::1]:8080']),
    passHostHeader: fc.constantFrom(undefined, true, false),
    headers: fc.constantFrom<Readonly<Record<string, string>> | undefined>(
      undefined,
      {},
      { 'X-Who': "it's: # {me}", path: 'null' },
      { Accept: '*/*' },
    ),
    times: fc.constantFrom({}, { interval: '500ms' }, { interval: '1m30s', timeout: '2.5s' }),
    scheme: fc.constantFrom(undefined, 'http' as const, 'https' as const),
  })
  .map(({ urls, passHostHeader, headers, times, scheme }) => ({
    loadBalancer: {
      servers: urls.map((url) => ({ url })),
      ...(passHostHeader !== undefined && { passHostHeader }),
      serversTransport: 'k8s@docker',
      healthCheck: { path: '/?x=#1', hostname: 'www.site.test', ...times, ...(scheme && { scheme }), ...(headers && { headers }) },
    },
  }))

const weighted = (children: readonly string[]): fc.Arbitrary<ServiceDefinition> =>
  fc
    .record({
      children: fc.shuffledSubarray([...children], { minLength: 1 }),
      weight: fc.constantFrom(5, 50, 1_000_000),
      cookie: fc.constantFrom(undefined, { name: 'side' }, { name: 'jmc_side', secure: true, httpOnly: false }),
      healthCheck: fc.boolean(),
    })
    .map(({ children: names, weight, cookie, healthCheck }) => ({
      weighted: {
        services: names.map((name, index) => ({ name, weight: index === 0 ? weight : index - 1 })),
        ...(cookie && { sticky: { cookie } }),
        ...(healthCheck && { healthCheck: {} }),
      },
    }))

const failover = (main: string): fc.Arbitrary<ServiceDefinition> =>
  fc
    .record({
      errors: fc.constantFrom(undefined, { status: ['502-504'] }, { status: ['500', '502-504'], maxRequestBodyBytes: 1_048_576 }),
      healthCheck: fc.boolean(),
    })
    .map(({ errors, healthCheck }) => ({
      failover: { service: main, fallback: 'web@docker', ...(healthCheck && { healthCheck: {} }), ...(errors && { errors }) },
    }))

const names = fc.uniqueArray(fc.constantFrom('main', 'send', 'spare', 'r1', 'r2'), { minLength: 1 })

function keysNamed(all: readonly string[]): fc.Arbitrary<OwnedKeys> {
  const main = all.includes('main') ? 'main' : 'jmc@consulcatalog'
  const services = {
    ...(all.includes('main') && { main: loadBalancer }),
    ...(all.includes('send') && { send: weighted([...new Set([main, ...EXTERNAL])]) }),
    ...(all.includes('spare') && { spare: failover(main) }),
  }
  const leads = [...EXTERNAL, ...Object.keys(services)]
  const routers = { ...(all.includes('r1') && { r1: router(leads) }), ...(all.includes('r2') && { r2: router(leads) }) }
  return fc.record({ routers: fc.record(routers), services: fc.record(services) })
}

/** Keys of ours that hang together: `main` and up to two services over it, and up to two routers. */
export const ourKeys: fc.Arbitrary<OwnedKeys> = names.chain(keysNamed)

/** Two versions of keys of the same names. */
export const ourKeysTwice: fc.Arbitrary<readonly [OwnedKeys, OwnedKeys]> = names.chain((all) => fc.tuple(keysNamed(all), keysNamed(all)))

export const namesOf = ({ routers = {}, services = {} }: OwnedKeys) => ({ routers: Object.keys(routers), services: Object.keys(services) })
