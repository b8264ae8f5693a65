import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { createVisitor } from '../../../src/adapters/http/visitor.ts'
import { createAuthority } from '../../../src/lab/certificates.ts'
import type { CatalogInstance } from '../../../src/lab/contract.ts'
import type { RunningLabEdge } from '../../../src/lab/edge/index.ts'
import { initialEdgeWorld, startLabEdge } from '../../../src/lab/edge/index.ts'
import { instance } from './setting.ts'

const open: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of open.splice(0).toReversed()) await close()
})

const route = (priority: number): string =>
  `http: {routers: {k8s: {rule: "Host(\`www.site.test\`)", entryPoints: [websecure], service: k8s, priority: ${priority}}}, services: {k8s: {loadBalancer: {serversTransport: blind, servers: [{url: "https://host.docker.internal:30443/"}]}}}, serversTransports: {blind: {insecureSkipVerify: true}}}\n`

async function start(instances: CatalogInstance[]) {
  const folder = await mkdtemp(join(tmpdir(), 'jmc-lab-edge-'))
  open.push(() => rm(folder, { recursive: true }))
  const dynamicFile = join(folder, 'dynamic_conf.yml')
  const authority = await createAuthority('lab')
  const edge: RunningLabEdge = await startLabEdge({
    world: initialEdgeWorld({ siteHost: 'www.site.test', catalogRefreshMs: 20, throttleMs: 20 }),
    context: {
      clock: { now: () => Date.now(), monotonic: () => performance.now(), sleep: async () => undefined },
      faults: new Set(),
      changed: () => undefined,
    },
    nomad: { handler: async () => 'drop', catalog: () => instances, answer: () => ({ status: 200, body: 'nomad' }) },
    kubernetes: {
      handler: async () => 'drop',
      ingress: ({ headers }) => ({ status: 200, body: `kubernetes for ${headers['host'] ?? ''}` }),
    },
    dynamicFile,
    authority,
  })
  open.push(() => edge.close())
  const visitor = createVisitor()
  const visit = async () =>
    visitor.ask({ url: 'https://www.site.test/', connectTo: `127.0.0.1:${edge.websecure.port}`, ca: authority.certPem })
  return { edge, visitor, visit, dynamicFile, authority }
}

const sidecar = instance(
  'jmc',
  [
    'traefik.http.routers.jmc.rule=Host(`www.site.test`)',
    'traefik.http.routers.jmc.entrypoints=websecure',
    'traefik.consulcatalog.connect=true',
  ],
  { connect: true },
)

describe('the lab edge on sockets', () => {
  it('moves visitors when the file is put in place by a rename', async () => {
    const { visit, dynamicFile } = await start([sidecar])
    expect(await visit()).toMatchObject({ ok: true, status: 200, body: 'nomad', certificate: { authorized: true } })
    await writeFile(`${dynamicFile}.tmp`, route(1000))
    await rename(`${dynamicFile}.tmp`, dynamicFile)
    await expect.poll(visit).toMatchObject({ ok: true, body: 'kubernetes for www.site.test' })
  })

  it('leads from the host to the API, the ingress and the instances, and nowhere else', async () => {
    const instances = [sidecar, instance('open', [], { port: 20_001 })]
    const { edge, visitor } = await start(instances)
    const ask = (url: string, host: string, port: number) =>
      visitor.ask({ url, connectTo: `127.0.0.1:${edge.forward(host, port)?.port ?? 0}`, insecureSkipVerify: true })
    expect(await ask('http://127.0.0.1:8080/api/version', '127.0.0.1', 8080)).toMatchObject({ ok: true, status: 200 })
    expect(await ask('https://www.site.test/', '192.168.1.5', 30_443)).toMatchObject({
      ok: true,
      body: 'kubernetes for www.site.test',
      certificate: { altNames: ['*.brmartin.co.uk'] },
    })
    expect(await ask('https://www.site.test/', '127.0.0.1', 19_999)).toMatchObject({ ok: false, failure: 'reset' })
    expect(await ask('http://www.site.test/', '127.0.0.1', 20_001)).toMatchObject({ ok: true, body: 'nomad' })
    expect(edge.forward('10.0.0.1', 80)).toBeUndefined()
    instances.pop()
    await expect.poll(() => edge.forward('127.0.0.1', 20_001)).toBeUndefined()
  })
})
