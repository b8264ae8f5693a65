import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createVisitor } from '../../../src/adapters/http/visitor.ts'
import { createHost } from '../../../src/adapters/ssh/host.ts'
import { createEdge } from '../../../src/adapters/traefik/edge.ts'
import type { DynamicConfigChange, EdgePort, OwnedKeys, RouterDefinition, ServiceDefinition } from '../../../src/domain/ports/edge.ts'
import { sameService } from '../../../src/domain/same-service.ts'
import type { LabListener } from '../../../src/lab/contract.ts'
import { listen } from '../../../src/lab/http.ts'
import { startSshd } from '../servers/sshd.ts'
import { sshdBinary, title, traefikBinary, whySkipped } from '../servers/tools.ts'
import { startCatalog } from './stand-ins.ts'
import type { RealTraefik } from './traefik.ts'
import { startTraefik, waitFor } from './traefik.ts'

const HOST = 'www.site.test'
const ORIGINAL = `# by hand
http:
  routers:
    other:   # nobody's business
      rule: Host(\`other.test\`)
      entryPoints: [web]
      service: noop@internal
`
const router = (service: string): RouterDefinition => ({ rule: `Host(\`${HOST}\`)`, service, entryPoints: ['web'], priority: 5_000 })
const weighted = (weight: number): ServiceDefinition => ({
  weighted: {
    services: [
      { name: 'site-new', weight },
      { name: 'site-old@consulcatalog', weight: 100 - weight },
    ],
    sticky: { cookie: { name: 'site_side', httpOnly: true } },
  },
})
const failover = (more: object = {}): ServiceDefinition => ({
  failover: { service: 'site-new', fallback: 'site-old@consulcatalog', ...more },
})

const reason = (await whySkipped(traefikBinary)) ?? (await whySkipped(sshdBinary))
const open: (() => Promise<unknown>)[] = []

describe.skipIf(reason)(title('services of ours in a real Traefik', reason), () => {
  let traefik: RealTraefik
  let edge: EdgePort
  let newSide: LabListener
  const visitor = createVisitor()

  const startNewSide = (port?: number) => listen(async () => ({ status: 200, body: 'new' }), port === undefined ? {} : { port })
  /** The new side, asked for its health every `interval`; long enough to see what Traefik believes in between. */
  const main = (interval = '500ms'): ServiceDefinition => ({
    loadBalancer: { servers: [{ url: `${newSide.url}` }], healthCheck: { path: '/health', hostname: HOST, interval, timeout: '400ms' } },
  })

  beforeAll(async () => {
    const folder = await mkdtemp(join(tmpdir(), 'jmc-services-'))
    open.push(() => rm(folder, { recursive: true }))
    newSide = await startNewSide()
    open.push(() => newSide.close())
    const oldSide = keep(await listen(async () => ({ status: 200, body: 'old' })))
    const tags = [
      'traefik.enable=true',
      `traefik.http.routers.site-old.rule=Host(\`${HOST}\`)`,
      'traefik.http.routers.site-old.entrypoints=web',
    ]
    const catalog = keep(await startCatalog(() => [{ service: 'site-old', address: '127.0.0.1', port: oldSide.port, tags }]))
    traefik = keep(await startTraefik({ dynamicFile: join(folder, 'dynamic_conf.yml'), catalog: `127.0.0.1:${catalog.port}` }))
    const sshd = keep(await startSshd())
    const host = keep(createHost({ name: 'hestia', ssh: 'hestia', sshConfig: sshd.sshConfig }))
    edge = createEdge({
      edge: { dynamicConfig: traefik.dynamicFile, api: traefik.api, write: 'exchange' },
      host,
      hostName: 'hestia',
      visitor,
      requestApi: traefik.requestApi,
    })
  })
  beforeEach(async () => {
    await traefik.put(ORIGINAL)
    await waitFor(async () => (await edge.router('other')) !== undefined && (await edge.router('k8s-site')) === undefined, traefik.log)
    await waitFor(async () => (await visit()) === 'old', traefik.log)
  })
  afterAll(async () => {
    for (const close of open.splice(0).toReversed()) await close()
  })

  const ask = async (cookie?: string) => {
    const headers = cookie === undefined ? {} : { headers: { cookie } }
    return visitor.ask({ url: `http://${HOST}/`, connectTo: `127.0.0.1:${traefik.web}`, timeoutMs: 5_000, ...headers })
  }
  const visit = async (cookie?: string): Promise<string> => {
    const exchange = await ask(cookie)
    return exchange.ok ? (exchange.status === 200 ? exchange.body : `status ${exchange.status}`) : exchange.detail
  }
  const change = async (wanted: DynamicConfigChange) => {
    const outcome = await edge.write(edge.edit(await edge.read(), wanted))
    expect(outcome).toMatchObject({ outcome: 'written' })
  }
  /** Loaded as written, enabled, and in use. */
  const loaded = (name: string, definition: ServiceDefinition) =>
    waitFor(async () => {
      const service = await edge.service(name)
      return service?.status === 'enabled' && service.usedBy.includes('k8s-site@file') && sameService(service, definition)
    }, traefik.log)
  const counted = async (requests: number) => {
    const seen: Record<string, number> = {}
    for (let index = 0; index < requests; index++) {
      const side = await visit()
      seen[side] = (seen[side] ?? 0) + 1
    }
    return seen
  }
  /** Two visitors who never stop, some 100 requests a second at most, while something happens; what they saw. */
  const underLoad = async (
    happens: (seen: Readonly<Record<string, number>>) => Promise<void>,
  ): Promise<Readonly<Record<string, number>>> => {
    const seen: Record<string, number> = {}
    let watching = true
    const visitors = [1, 2].map(async () => {
      while (watching) {
        const side = await visit()
        seen[side] = (seen[side] ?? 0) + 1
        await new Promise((resolve) => setTimeout(resolve, 20))
      }
    })
    await happens(seen).finally(() => (watching = false))
    await Promise.all(visitors)
    return seen
  }

  it('split visitors as weighted; 5 % become 50 % in one write without a lost request, a visitor with a cookie stays, and all of it goes again', async () => {
    const keys: OwnedKeys = { routers: { 'k8s-site': router('site-send') }, services: { 'site-new': main(), 'site-send': weighted(5) } }
    await change({ add: keys })
    await loaded('site-send', weighted(5))
    expect(await edge.service('site-new')).toMatchObject({ status: 'enabled', type: 'loadbalancer', servers: [{ status: 'UP' }] })
    expect(await edge.router('k8s-site')).toMatchObject({ status: 'enabled', service: 'site-send@file' })
    const few = await counted(200)
    expect((few['new'] ?? 0) + (few['old'] ?? 0)).toBe(200)
    expect(few['new']).toBeGreaterThanOrEqual(3)
    expect(few['new']).toBeLessThanOrEqual(25)

    const first = await ask()
    const cookie = first.ok ? (first.headers['set-cookie']?.split(';')[0] ?? '') : ''
    expect(cookie).toContain('site_side=')
    const side = first.ok ? first.body : first.detail
    const during = await underLoad(async () => {
      await change({ remove: { services: ['site-send'] }, add: { services: { 'site-send': weighted(50) } } })
      await loaded('site-send', weighted(50))
    })
    expect(Object.keys(during).filter((each) => each !== 'new' && each !== 'old')).toEqual([])
    const half = await counted(200)
    expect(half['new']).toBeGreaterThanOrEqual(60)
    expect(half['new']).toBeLessThanOrEqual(140)
    for (let index = 0; index < 10; index++) expect(await visit(cookie)).toBe(side)

    const original = { ...(await edge.read()).file, bytes: new TextEncoder().encode(ORIGINAL) }
    await change({ remove: { routers: ['k8s-site'], services: ['site-new', 'site-send'] }, original })
    expect(await readFile(traefik.dynamicFile, 'utf8')).toBe(ORIGINAL)
    await waitFor(async () => (await edge.service('site-send')) === undefined && (await visit()) === 'old', traefik.log)
  })

  it('fail over when the new side stops, and back when it returns', async () => {
    await change({ add: { routers: { 'k8s-site': router('site-safe') }, services: { 'site-new': main(), 'site-safe': failover() } } })
    await loaded('site-safe', failover())
    await waitFor(async () => (await visit()) === 'new', traefik.log)
    expect(await counted(20)).toEqual({ new: 20 })
    await newSide.close()
    await waitFor(async () => (await visit()) === 'old', traefik.log)
    expect(await edge.service('site-new')).toMatchObject({ servers: [{ status: 'DOWN' }] })
    expect(await counted(20)).toEqual({ old: 20 })
    newSide = await startNewSide(newSide.port)
    await waitFor(async () => (await visit()) === 'new', traefik.log)
    expect(await counted(20)).toEqual({ new: 20 })
  })

  it('are forgotten to be down by a reload; a failover that looks at answers loses nobody, neither then nor when the new side stops', async () => {
    const errors = { status: ['502-504'] }
    const services = { 'site-new': main('5s'), 'site-safe': failover() }
    await change({ add: { routers: { 'k8s-site': router('site-safe') }, services } })
    await loaded('site-safe', failover())
    await newSide.close()
    await waitFor(async () => (await visit()) === 'old', traefik.log)
    await change({ add: { routers: { another: { ...router('noop@internal'), rule: 'Host(`another.test`)' } } } })
    await waitFor(async () => (await edge.router('another')) !== undefined, traefik.log)
    expect(await visit()).toBe('status 502')

    await change({ remove: { services: ['site-safe'] }, add: { services: { 'site-safe': failover({ errors }) } } })
    await loaded('site-safe', failover({ errors }))
    expect(await counted(20)).toEqual({ old: 20 })
    newSide = await startNewSide(newSide.port)
    await waitFor(async () => (await visit()) === 'new', traefik.log)
    const seen = await underLoad(async (counts) => {
      const answered = (side: string, more: number) => {
        const until = (counts[side] ?? 0) + more
        return waitFor(async () => (counts[side] ?? 0) >= until, traefik.log)
      }
      await answered('new', 10)
      await newSide.close()
      await answered('old', 10)
      newSide = await startNewSide(newSide.port)
      await answered('new', 10)
    })
    expect(Object.keys(seen).toSorted()).toEqual(['new', 'old'])
  })

  it('say what is missing: the service and its router are disabled, but only where a router leads to it', async () => {
    const missing: ServiceDefinition = { weighted: { services: [{ name: 'nobody@consulcatalog', weight: 1 }] } }
    await change({ add: { routers: { 'k8s-site': router('site-send') }, services: { 'site-send': missing, unused: missing } } })
    await waitFor(async () => (await edge.service('site-send')) !== undefined, traefik.log)
    expect(await edge.service('site-send')).toMatchObject({
      status: 'disabled',
      type: 'weighted',
      errors: [expect.stringContaining('nobody@consulcatalog')],
      usedBy: ['k8s-site@file'],
    })
    expect(await edge.router('k8s-site')).toMatchObject({ status: 'disabled', errors: [expect.stringContaining('nobody@consulcatalog')] })
    expect(await edge.service('unused')).toMatchObject({ status: 'enabled', errors: [], usedBy: [] })
    expect(await visit()).toBe('old')
  })

  it('are disabled as a failover that hands its health on over a service of the catalog, which has no health check', async () => {
    const hands = failover({ healthCheck: {} })
    await change({ add: { routers: { 'k8s-site': router('site-safe') }, services: { 'site-new': main(), 'site-safe': hands } } })
    await waitFor(async () => (await edge.service('site-safe')) !== undefined, traefik.log)
    const safe = await edge.service('site-safe')
    expect(safe).toMatchObject({ status: 'disabled', type: 'failover', errors: [expect.stringContaining('site-old@consulcatalog')] })
    expect(safe && sameService(safe, hands)).toBe(true)
  })
})

function keep<Opened extends { close(): Promise<unknown> }>(opened: Opened): Opened {
  open.push(() => opened.close())
  return opened
}
