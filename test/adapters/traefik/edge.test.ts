import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { createEdge } from '../../../src/adapters/traefik/edge.ts'
import type { RequestApi } from '../../../src/adapters/traefik/api-client.ts'
import type { Json } from '../../../src/domain/json.ts'
import type { HostPort, ReplaceOutcome } from '../../../src/domain/ports/host.ts'
import type { HttpExchange, HttpRequest, VisitorPort } from '../../../src/domain/ports/visitor.ts'
import { requestApiThroughHost } from '../../../src/adapters/traefik/request-api.ts'
import { ProblemError } from '../../../src/domain/problem.ts'
import { remoteFile, textOf } from './remote-file.ts'

const recording = (name: string): any =>
  JSON.parse(readFileSync(new URL(`../../lab/edge/recordings/${name}.json`, import.meta.url), 'utf8')) // oxlint-disable-line typescript/no-explicit-any
const fixture = readFileSync(new URL('../../../fixtures/jayne-martin-counselling/edge/dynamic_conf.yml', import.meta.url), 'utf8')

interface World {
  file: string
  replace: ReplaceOutcome
  exchange: (request: HttpRequest) => HttpExchange
  readonly asked: HttpRequest[]
  readonly tunnels: string[]
  closed: number
  reads: number
  written?: { readonly text: string; readonly mode: string }
  api: RequestApi
}

function worldOf(more: Partial<World> = {}): {
  readonly world: World
  readonly host: HostPort
  readonly visitor: VisitorPort
  readonly edge: ReturnType<typeof createEdge>
} {
  const world: World = {
    file: fixture,
    replace: { outcome: 'replaced', sha256: 'abc', by: 'exchange' },
    exchange: () => ({ ok: true, status: 200, headers: {}, body: '{"Version":"3.7.15"}', timings: {} }),
    asked: [],
    tunnels: [],
    closed: 0,
    reads: 0,
    api: async () => ({ status: 200, body: [] }),
    ...more,
  }
  const host: HostPort = {
    describe: async () => ({ name: 'hestia', user: 'deploy', become: undefined, exchange: 'perl', kernel: 'Linux' }),
    readFile: async (path) => {
      world.reads++
      return path.endsWith('.pem') ? remoteFile(`PEM of ${path}`, path) : remoteFile(world.file, path)
    },
    replaceFile: async (_file, bytes, mode) => {
      world.written = { text: textOf(bytes), mode }
      return world.replace
    },
    hashFile: async (path) => remoteFile(world.file, path).sha256,
    tunnel: async (to) => {
      world.tunnels.push(`${to.host}:${to.port}`)
      return { socketPath: `/run/${to.port}`, close: async () => void world.closed++ }
    },
    close: async () => undefined,
  }
  const visitor: VisitorPort = {
    ask: async (request) => {
      world.asked.push(request)
      return world.exchange(request)
    },
  }
  const edge = createEdge({
    edge: { dynamicConfig: '/etc/traefik/dynamic_conf.yml', api: 'http://127.0.0.1:8080', write: 'exchange', visitors: '192.168.1.5:443' },
    host,
    hostName: 'hestia',
    visitor,
    requestApi: (path) => world.api(path),
  })
  return { world, host, visitor, edge }
}

/** The recorded API of a real Traefik 3.7.15. */
const recorded: RequestApi = async (path) => {
  const file = recording('file-provider')
  const catalog = recording('catalog-provider')
  const [section = '', name] = decodeURIComponent(path.replace('/api/', '').replace(/\?.*/, '')).split(/(?<=^http\/[a-z]+)\//)
  const lists: Readonly<Record<string, { name: string }[]>> = {
    entrypoints: file.entryPoints,
    'http/routers': [...file.routers, ...catalog.routers],
    'http/services': [...file.services, ...catalog.services],
  }
  const list = lists[section] ?? []
  if (name === undefined) return { status: 200, body: list as unknown as Json }
  const item = list.find((each) => each.name === name)
  return item === undefined ? { status: 404, body: JSON.parse(file.notFound.router.body) } : { status: 200, body: item as unknown as Json }
}

describe('the API of a real Traefik, read', () => {
  const { edge } = worldOf({ api: recorded })

  it('gives routers as people wrote them', async () => {
    expect(await edge.router('good@file')).toEqual({
      name: 'good@file',
      provider: 'file',
      status: 'enabled',
      errors: [],
      rule: 'Host(`good.test`)',
      service: 'app@file',
      entryPoints: ['websecure'],
      priority: 100,
      middlewares: ['to-www@file'],
      tls: {},
    })
    expect(await edge.router('jmc@consulcatalog')).toMatchObject({ service: 'jmc@consulcatalog', priority: 40, tls: {} })
    expect(await edge.router('nosuch@file')).toBeUndefined()
  })

  it('gives the copies of one router under its own name', async () => {
    expect(await edge.router('with-tls')).toMatchObject({
      name: 'with-tls@file',
      entryPoints: ['web', 'websecure'],
      tls: { certResolver: 'le' },
      status: 'enabled',
    })
    const all = await edge.routers()
    expect(all.filter(({ name }) => name === 'everywhere@file').map(({ entryPoints }) => entryPoints)).toEqual([['web'], ['websecure']])
    expect(all.some(({ name }) => name.startsWith('websecure-'))).toBe(false)
    expect(edge.winner(all, { entryPoint: 'websecure', host: 'everywhere.test', path: '/a', method: 'GET' })).toMatchObject({
      winner: { name: 'everywhere@file' },
      certain: true,
    })
  })

  it.each([undefined, 'starting'])('takes none for enabled of which Traefik does not say so: %s', async (status) => {
    const router = {
      name: 'x@file',
      provider: 'file',
      rule: 'Host(`x.test`)',
      service: 'app',
      entryPoints: ['websecure'],
      ...(status && { status }),
    }
    const { edge: other } = worldOf({ api: async (path) => ({ status: 200, body: path.startsWith('/api/http/routers') ? [router] : [] }) })
    expect(await other.router('x@file')).toMatchObject({ status: 'disabled', errors: [`its status is ${JSON.stringify(status ?? null)}`] })
  })

  it('says which are disabled and why', async () => {
    expect(await edge.router('bad-service@file')).toMatchObject({
      status: 'disabled',
      errors: ['the service "nosuch@file" does not exist'],
    })
    expect(await edge.router('half-entry-point@file')).toMatchObject({ status: 'warning' })
  })

  it('gives services with their servers', async () => {
    expect(await edge.service('app')).toMatchObject({
      name: 'app@file',
      provider: 'file',
      status: 'enabled',
      errors: [],
      type: 'loadbalancer',
      servers: [
        { url: 'http://127.0.0.1:9', status: 'UP' },
        { url: 'http://127.0.0.1:10', status: 'UP' },
      ],
      passHostHeader: true,
      usedBy: expect.arrayContaining(['good@file', 'with-tls@file']),
      content: { loadBalancer: { servers: [{ url: 'http://127.0.0.1:9' }, { url: 'http://127.0.0.1:10' }], strategy: 'wrr' } },
    })
    expect(await edge.service('cluster@file')).toMatchObject({
      serversTransport: 'blind@file',
      passHostHeader: false,
      servers: [{ status: 'unknown' }],
    })
    expect(await edge.service('nosuch')).toBeUndefined()
  })

  it('gives entry points and the routers of a service', async () => {
    expect(await edge.entryPoints()).toMatchObject([
      { name: 'traefik', tls: false },
      { name: 'web', tls: false },
      { name: 'websecure', tls: true },
    ])
    expect(edge.routersOf(await edge.routers(), 'jmc@consulcatalog').map(({ name }) => name)).toEqual(['jmc@consulcatalog'])
  })
})

describe('lists of the API', () => {
  const routers = (count: number) =>
    Array.from({ length: count }, (_, index) => ({
      name: `r${index}@file`,
      provider: 'file',
      rule: 'Host(`a`)',
      service: 's',
      entryPoints: ['web'],
      status: 'enabled',
    }))
  const paged =
    (all: readonly Json[]): RequestApi =>
    async (path) => {
      const query = new URL(path, 'http://x').searchParams
      const [size, page] = [Number(query.get('per_page') ?? 100), Number(query.get('page') ?? 1)]
      const start = (page - 1) * size
      if (start !== 0 && start >= all.length) return { status: 400, body: { message: 'invalid request' } }
      return { status: 200, body: path.includes('entrypoints') ? [] : all.slice(start, start + size) }
    }

  it.each([0, 1, 499, 500, 501, 1_000, 1_234])('of %i items are read to the end', async (count) => {
    const { edge } = worldOf({ api: paged(routers(count)) })
    expect((await edge.routers()).length).toBe(count)
  })

  it('have the middlewares of an entry point left out, and children of other routers', async () => {
    const api: RequestApi = async (path) => ({
      status: 200,
      body: path.includes('entrypoints')
        ? [{ name: 'websecure', address: ':443', http: { tls: {}, middlewares: ['hsts@file'] } }]
        : [
            {
              name: 'a@docker',
              provider: 'docker',
              rule: 'Host(`a`)',
              service: 's',
              entryPoints: ['websecure'],
              middlewares: ['hsts@file', 'own@docker'],
              priorityStr: '9',
              status: 'enabled',
            },
            { name: 'child@docker', provider: 'docker', rule: 'Path(`/`)', service: 's', parentRefs: ['a@docker'], status: 'enabled' },
          ],
    })
    expect(await worldOf({ api }).edge.routers()).toMatchObject([
      { name: 'a@docker', middlewares: ['own@docker'], priority: 9, service: 's@docker' },
    ])
  })

  it('do not mistake a twin that somebody wrote for a copy', async () => {
    const twin = { provider: 'file', rule: 'Host(`a`)', entryPoints: ['websecure'], status: 'enabled' }
    const api: RequestApi = async (path) => ({
      status: 200,
      body: path.includes('entrypoints')
        ? []
        : [
            { ...twin, name: 'websecure-a@file', service: 'one' },
            { ...twin, name: 'a@file', service: 'two' },
          ],
    })
    expect((await worldOf({ api }).edge.routers()).map(({ name }) => name)).toEqual(['websecure-a@file', 'a@file'])
  })

  it.each([
    [401, 'let the API answer without a login'],
    [404, 'with `api` switched on'],
    [200, 'is the address of Traefik itself'],
  ])('that answer %i with something else are a problem', async (status, next) => {
    const { edge } = worldOf({ api: async () => ({ status, body: '404 page not found' }) })
    await expect(edge.routers()).rejects.toMatchObject({ problem: { code: 'edge-api-refused', next: [expect.stringContaining(next)] } })
  })

  it('are not taken for a missing router where a 404 comes from something that is no Traefik', async () => {
    const { edge } = worldOf({ api: async () => ({ status: 404, body: '404 page not found\n' }) })
    await expect(edge.service('x')).rejects.toBeInstanceOf(ProblemError)
  })
})

describe('the API through the host', () => {
  it('is asked at the address that the host itself uses', async () => {
    const { world, host, visitor } = worldOf()
    const request = requestApiThroughHost({ host, visitor, api: 'http://127.0.0.1:8080/' })
    expect(await request('/api/version')).toEqual({ status: 200, body: { Version: '3.7.15' } })
    expect(world.tunnels).toEqual(['127.0.0.1:8080'])
    expect(world.asked).toEqual([{ url: 'http://127.0.0.1:8080/api/version', socketPath: '/run/8080' }])
  })

  it('is asked once more when a tunnel broke, and then given up with a reason', async () => {
    const { world, host, visitor } = worldOf()
    const fail: HttpExchange = { ok: false, failure: 'reset', detail: 'socket hang up', timings: {} }
    const answers: HttpExchange[] = [fail, { ok: true, status: 404, headers: {}, body: 'nothing here', timings: {} }, fail, fail]
    world.exchange = () => answers.shift() ?? fail
    const request = requestApiThroughHost({ host, visitor, api: 'http://127.0.0.1:8080' })
    expect(await request('/x')).toEqual({ status: 404, body: 'nothing here' })
    await expect(request('/x')).rejects.toMatchObject({
      problem: { code: 'edge-api-unreachable', summary: expect.stringContaining('socket hang up'), effect: 'no' },
    })
  })
})

describe('the file of the edge', () => {
  it('is read whole for an effect, and for a look only where its hash is another', async () => {
    const { edge, world } = worldOf({ api: recorded })
    const again = async () => (await edge.readAgain?.())?.routers
    expect(await again()).toContain('k8s-wiki')
    expect(world.reads).toBe(1)
    expect(await again()).toContain('k8s-wiki')
    expect(world.reads).toBe(1)
    await edge.read()
    expect(world.reads).toBe(2)
    world.file = fixture.replaceAll('k8s-wiki', 'k8s-other')
    expect(await again()).toContain('k8s-other')
    expect(await again()).not.toContain('k8s-wiki')
    expect(world.reads).toBe(3)
  })

  it('is read, understood and written through the host', async () => {
    const { edge, world } = worldOf({ api: recorded })
    const config = await edge.read()
    expect(config.routers).toEqual(['home-assistant', 'traefik-dashboard', 'jmc-bare-redirect', 'k8s-wiki'])
    expect(config.services).toContain('to-k8s-traefik')
    const edit = edge.edit(config, {
      add: { routers: { x: { rule: 'Host(`x`)', service: 'to-k8s-traefik', entryPoints: ['websecure'], priority: 7 } } },
    })
    expect(await edge.write(edit)).toEqual({ outcome: 'written', sha256: 'abc', by: 'exchange' })
    expect(world.written).toEqual({ text: textOf(edit.bytes), mode: 'exchange' })
    world.replace = { outcome: 'changed-meanwhile', found: 'def', kept: '/etc/traefik/kept' }
    expect(await edge.write(edit)).toEqual({ outcome: 'changed-meanwhile', found: 'def', kept: '/etc/traefik/kept' })
    expect(await edge.describe()).toMatchObject({ host: 'hestia', dynamicConfig: '/etc/traefik/dynamic_conf.yml', write: 'exchange' })
  })
})

describe('an upstream, asked as the edge asks it', () => {
  const request = { host: 'www.site.test', path: '/a?b=c' }

  it('is dialled at its own address with the Host of the visitor', async () => {
    const { edge, world } = worldOf()
    await edge.ask('https://host.docker.internal:30443/', {
      ...request,
      trust: { insecureSkipVerify: true },
      address: '192.168.1.5:30443',
      headers: { 'x-probe': '1' },
    })
    expect(world.tunnels).toEqual(['192.168.1.5:30443'])
    expect(world.asked).toEqual([
      {
        url: 'https://host.docker.internal:30443/a?b=c',
        socketPath: '/run/30443',
        headers: {
          host: 'www.site.test',
          'x-forwarded-host': 'www.site.test',
          'x-forwarded-proto': 'https',
          'x-forwarded-port': '443',
          'x-probe': '1',
        },
        insecureSkipVerify: true,
      },
    ])
  })

  it('keeps one tunnel to an address open and gives the others back', async () => {
    const { edge, world } = worldOf()
    for (let round = 0; round < 3; round++) await edge.ask('http://10.0.0.1/', { ...request, trust: { insecureSkipVerify: false } })
    expect(world.tunnels).toEqual(['10.0.0.1:80', '10.0.0.1:80', '10.0.0.1:80'])
    expect(world.closed).toBe(2)
  })

  const failing = (failure: 'refused' | 'unreachable' | 'reset'): HttpExchange => ({
    ok: false,
    failure,
    detail: `seen: ${failure}`,
    timings: {},
  })

  it.each(['refused', 'unreachable'] as const)('is not to blame for our own tunnel: %s', async (failure) => {
    const { edge, world } = worldOf()
    const ask = () => edge.ask('http://10.0.0.1/', { ...request, trust: { insecureSkipVerify: false } })
    expect(await ask()).toMatchObject({ ok: true })
    const answers = [failing(failure)]
    world.exchange = () => answers.shift() ?? { ok: true, status: 200, headers: {}, body: '', timings: {} }
    expect(await ask()).toMatchObject({ ok: true, status: 200 })
    // The kept one and the one that met the dead socket are given back, so that the next is a fresh one.
    expect([world.tunnels.length, world.closed]).toEqual([3, 2])
    world.exchange = () => failing(failure)
    await expect(ask()).rejects.toMatchObject({
      problem: { code: 'tunnel-broke', summary: expect.stringContaining(`seen: ${failure}`), effect: 'no' },
    })
  })

  it('is asked once more where the connection ended: that is how ssh tells of one that refuses', async () => {
    const { edge, world } = worldOf({ exchange: () => failing('reset') })
    expect(await edge.ask('http://10.0.0.1/', { ...request, trust: { insecureSkipVerify: false } })).toEqual(failing('reset'))
    expect(world.asked).toHaveLength(2)
  })

  it('is trusted as the transport says', async () => {
    const { edge, world } = worldOf()
    await edge.ask('https://10.0.0.1/', {
      ...request,
      trust: { insecureSkipVerify: false, serverName: 'inner.test', rootCAs: ['/certs/a.pem', '-----BEGIN CERTIFICATE-----'] },
    })
    expect(world.asked[0]).toMatchObject({
      serverName: 'inner.test',
      insecureSkipVerify: false,
      ca: 'PEM of /certs/a.pem\n-----BEGIN CERTIFICATE-----',
    })
  })

  it('is refused at an address that is none', async () => {
    await expect(
      worldOf().edge.ask('https://a/', { ...request, trust: { insecureSkipVerify: true }, address: 'nonsense' }),
    ).rejects.toMatchObject({ problem: { code: 'address-not-understood' } })
  })
})

describe('how the edge trusts the servers of a service', () => {
  const service = (serversTransport?: string) => ({
    name: 's@file',
    provider: 'file',
    status: 'enabled',
    errors: [],
    type: 'loadbalancer',
    servers: [],
    passHostHeader: true,
    usedBy: [],
    ...(serversTransport !== undefined && { serversTransport }),
  })

  it('stands in the file', async () => {
    const { edge } = worldOf({ file: `${fixture}\n    # more\n` })
    const config = await edge.read()
    expect(edge.trustOf(config, service('k8s-insecure@file'))).toEqual({ insecureSkipVerify: true })
    expect(edge.trustOf(config, service())).toEqual({ insecureSkipVerify: false })
  })

  it('has the name and the authorities of the transport', async () => {
    const { edge } = worldOf({ file: 'http:\n  serversTransports:\n    inner: {serverName: inner.test, rootCAs: [/a.pem]}\n' })
    expect(edge.trustOf(await edge.read(), service('inner'))).toEqual({
      insecureSkipVerify: false,
      serverName: 'inner.test',
      rootCAs: ['/a.pem'],
    })
  })

  it.each(['nosuch@file', 'inner@docker', 'templated@file'])('is not guessed for %s', async (name) => {
    const { edge } = worldOf({ file: 'http:\n  serversTransports:\n    templated: {serverName: "{{ env `NAME` }}"}\n' })
    const config = await edge.read()
    expect(() => edge.trustOf(config, service(name))).toThrow('servers-transport-unknown')
  })
})

describe('the metrics', () => {
  const counted = 'traefik_config_reloads_total 1\ntraefik_service_requests_total{code="200",service="a@file"} 1\n'

  it.each([
    [undefined, 'http://127.0.0.1:8080/metrics', '127.0.0.1:8080'],
    ['http://10.0.0.1:9100/prometheus', 'http://10.0.0.1:9100/prometheus', '10.0.0.1:9100'],
  ])('are beside the API unless the plan says elsewhere: %s', async (metrics, url, tunnel) => {
    const { world, host, visitor } = worldOf({ exchange: () => ({ ok: true, status: 200, headers: {}, body: counted, timings: {} }) })
    const edge = createEdge({
      edge: {
        dynamicConfig: '/etc/dynamic.yml',
        api: 'http://127.0.0.1:8080/',
        write: 'exchange',
        ...(metrics !== undefined && { metrics }),
      },
      host,
      hostName: 'hestia',
      visitor,
      requestApi: world.api,
    })
    expect((await edge.traffic())?.services.get('a@file')?.byStatus).toEqual(new Map([[200, 1]]))
    expect(world.asked[0]?.url).toBe(url)
    expect(world.tunnels).toEqual([tunnel])
  })
})
