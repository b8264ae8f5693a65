import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createVisitor } from '../../../src/adapters/http/visitor.ts'
import { createHost } from '../../../src/adapters/ssh/host.ts'
import { createEdge } from '../../../src/adapters/traefik/edge.ts'
import { requestApiThroughHost } from '../../../src/adapters/traefik/request-api.ts'
import { compareRunning } from '../../../src/adapters/traefik/running-file.ts'
import type { EdgePort, RouterDefinition } from '../../../src/domain/ports/edge.ts'
import type { HostPort } from '../../../src/domain/ports/host.ts'
import type { LabListener } from '../../../src/lab/contract.ts'
import { createAuthority } from '../../../src/lab/certificates.ts'
import { listen } from '../../../src/lab/http.ts'
import { startSshd } from '../servers/sshd.ts'
import { sshdBinary, title, traefikBinary, whySkipped } from '../servers/tools.ts'
import { startCatalog } from './stand-ins.ts'
import type { RealTraefik } from './traefik.ts'
import { startTraefik, waitFor } from './traefik.ts'

const HOST = 'www.jaynemartincounselling.co.uk'
const FIXTURE = new URL('../../../fixtures/jayne-martin-counselling/edge/dynamic_conf.yml', import.meta.url)
const QUESTION = { entryPoint: 'websecure', host: HOST, path: '/', method: 'GET' }
const ROUTER: RouterDefinition = {
  rule: `Host(\`${HOST}\`)`,
  service: 'to-k8s-traefik',
  entryPoints: ['websecure'],
  priority: 1_040,
  tls: {},
}

const reason = (await whySkipped(traefikBinary)) ?? (await whySkipped(sshdBinary))
const open: (() => Promise<unknown>)[] = []

describe.skipIf(reason)(title('the edge file of a real Traefik, edited over a real ssh', reason), () => {
  let traefik: RealTraefik
  let host: HostPort
  let edge: EdgePort
  let ingress: LabListener
  let authority: string
  /** The fixture at the addresses of this test, as it stands on the host. */
  let original: string

  beforeAll(async () => {
    const folder = await mkdtemp(join(tmpdir(), 'jmc-edge-'))
    open.push(() => rm(folder, { recursive: true }))
    const ca = await createAuthority('edge test')
    const [forVisitors, forAnother] = [await ca.issue([HOST]), await ca.issue(['*.brmartin.co.uk'])]
    authority = ca.certPem
    await writeFile(join(folder, 'site.pem'), forVisitors.certPem)
    await writeFile(join(folder, 'site.key'), forVisitors.keyPem)
    const old = keep(await listen(async () => ({ status: 200, body: 'Jayne Martin on nomad' })))
    ingress = keep(
      await listen(
        async ({ headers }) => ({
          status: headers['host'] === HOST ? 200 : 404,
          body: `Jayne Martin on kubernetes, ${headers['x-forwarded-proto'] ?? ''}`,
        }),
        {
          tls: { cert: forAnother.certPem, key: forAnother.keyPem },
        },
      ),
    )
    const tags = [
      'traefik.enable=true',
      `traefik.http.routers.jmc.rule=Host(\`${HOST}\`)`,
      'traefik.http.routers.jmc.entrypoints=websecure',
    ]
    const catalog = keep(await startCatalog(() => [{ service: 'jmc', address: '127.0.0.1', port: old.port, tags }]))
    original = `${(await readFile(FIXTURE, 'utf8')).replace('host.docker.internal:30443', `127.0.0.1:${ingress.port}`)}
tls:
    certificates:
        - { certFile: ${folder}/site.pem, keyFile: ${folder}/site.key }
`
    const dynamicFile = join(folder, 'traefik', 'dynamic_conf.yml')
    traefik = keep(await startTraefik({ dynamicFile, catalog: `127.0.0.1:${catalog.port}` }))
    const sshd = keep(await startSshd())
    host = keep(createHost({ name: 'hestia', ssh: 'hestia', sshConfig: sshd.sshConfig }))
    const visitor = createVisitor()
    edge = createEdge({
      edge: { dynamicConfig: dynamicFile, api: traefik.api, write: 'exchange', visitors: `127.0.0.1:${traefik.websecure}` },
      host,
      hostName: 'hestia',
      visitor,
      requestApi: requestApiThroughHost({ host, visitor, api: traefik.api }),
    })
  })
  beforeEach(async () => {
    await traefik.put(original)
    await waitFor(
      async () =>
        (await names()).join() === 'home-assistant,jmc-bare-redirect,k8s-wiki,traefik-dashboard' &&
        (await visit()) === 'Jayne Martin on nomad',
      traefik.log,
    )
  })
  afterAll(async () => {
    for (const close of open.splice(0).toReversed()) await close()
  })

  const names = async () =>
    (await edge.routers()).filter(({ provider }) => provider === 'file').map(({ name }) => name.replace('@file', ''))
  const visit = async (): Promise<string> => {
    const exchange = await createVisitor().ask({ url: `https://${HOST}/`, connectTo: `127.0.0.1:${traefik.websecure}`, ca: authority })
    return exchange.ok ? (exchange.status === 200 ? exchange.body : `status ${exchange.status}`) : exchange.detail
  }
  const onDisk = () => readFile(traefik.dynamicFile, 'utf8')
  const write = async (definition = ROUTER) => {
    const outcome = await edge.write(edge.edit(await edge.read(), { add: { routers: { 'k8s-jmc': definition } } }))
    expect(outcome).toMatchObject({ outcome: 'written' })
  }
  const withdraw = async (before?: Awaited<ReturnType<EdgePort['read']>>) => {
    const outcome = await edge.write(
      edge.edit(await edge.read(), { remove: { routers: ['k8s-jmc'] }, ...(before && { original: before.file }) }),
    )
    expect(outcome).toMatchObject({ outcome: 'written' })
  }

  it('has a router whose content is ours, loaded and winning; visitors change sides, none is lost; rollback gives the file back byte for byte', async () => {
    const before = await edge.read()
    const seen = new Set<string>()
    let watching = true
    const watcher = (async () => {
      while (watching) seen.add(await visit())
    })()
    expect(edge.winner(await edge.routers(), QUESTION)).toMatchObject({ winner: { name: 'jmc@consulcatalog', tls: {} }, certain: true })
    await write()
    await waitFor(async () => (await edge.router('k8s-jmc@file')) !== undefined, traefik.log)
    expect(await edge.router('k8s-jmc@file')).toEqual({
      ...ROUTER,
      name: 'k8s-jmc@file',
      provider: 'file',
      status: 'enabled',
      errors: [],
      service: 'to-k8s-traefik@file',
    })
    expect(edge.winner(await edge.routers(), QUESTION)).toMatchObject({ winner: { name: 'k8s-jmc@file' }, certain: true })
    await waitFor(async () => (await visit()) === 'Jayne Martin on kubernetes, https', traefik.log)

    await withdraw(before)
    expect(await onDisk()).toBe(original)
    await waitFor(async () => (await edge.router('k8s-jmc@file')) === undefined && (await visit()) === 'Jayne Martin on nomad', traefik.log)
    watching = false
    await watcher
    expect([...seen].toSorted()).toEqual(['Jayne Martin on kubernetes, https', 'Jayne Martin on nomad'])
  })

  it('runs what a file says, word for word where no middleware or service is there either; a stale one is told from it', async () => {
    const [config, routers] = [await edge.read(), await edge.routers()]
    expect(compareRunning(config, routers)).toEqual({ differs: [], compared: true })
    const bytes = Buffer.from(original.replace('Host(`home.brmartin.co.uk`)', 'Host(`new.brmartin.co.uk`)'))
    expect(compareRunning(edge.parse({ ...config.file, bytes }), routers).differs).toEqual(['home-assistant: its rule is another'])
  })

  it("keeps a human's edit that came between", async () => {
    const before = await edge.read()
    await write()
    const edited = `# sam was here\n${(await onDisk()).replace('priority: 100\n', 'priority: 101\n')}`
    await traefik.put(edited)
    await withdraw(before)
    expect(await onDisk()).toBe(`# sam was here\n${original.replace('priority: 100\n', 'priority: 101\n')}`)
    await waitFor(
      async () => (await edge.router('k8s-wiki@file'))?.priority === 101 && (await visit()) === 'Jayne Martin on nomad',
      traefik.log,
    )
  })

  it('is seen to have been broken before we touch it, while Traefik still runs the old one', async () => {
    const broken = original.replace('    services:\n', '    services: [\n')
    await traefik.put(broken)
    await expect(edge.read()).rejects.toMatchObject({
      problem: { code: 'edge-file-broken', effect: 'no', location: { line: expect.any(Number) } },
    })
    expect(await names()).toContain('k8s-wiki')
    expect(await onDisk()).toBe(broken)
  })

  it('is seen not to be what Traefik runs where Traefik rejects it for a word', async () => {
    traefik.forgetLog()
    await traefik.put(
      original.replace(
        '        k8s-wiki:\n',
        '        k8s-new:\n            priorty: 5\n            rule: Path(`/never`)\n            service: to-k8s-traefik\n        k8s-wiki:\n',
      ),
    )
    const config = await edge.read()
    expect(config.routers).toContain('k8s-new')
    await waitFor(async () => traefik.log().includes('priorty'), traefik.log)
    expect(await names()).not.toContain('k8s-new')
  })

  it('has a disabled router fall through to the old one, and that is noticed', async () => {
    await write({ ...ROUTER, middlewares: ['nosuch@docker'] })
    await waitFor(async () => (await edge.router('k8s-jmc@file')) !== undefined, traefik.log)
    expect(await edge.router('k8s-jmc@file')).toMatchObject({ status: 'disabled', errors: [expect.stringContaining('nosuch@docker')] })
    expect(edge.winner(await edge.routers(), QUESTION)).toMatchObject({ winner: { name: 'jmc@consulcatalog' }, certain: true })
    expect(await visit()).toBe('Jayne Martin on nomad')
  })

  it('tells how the cluster is dialled, and the cluster answers so, through the host', async () => {
    const service = await edge.service('to-k8s-traefik')
    if (service === undefined) throw new Error('the edge has no service to-k8s-traefik')
    const trust = edge.trustOf(await edge.read(), service)
    const server = service.servers[0]?.url ?? ''
    expect(trust).toEqual({ insecureSkipVerify: true })
    expect(await edge.ask(server, { host: HOST, path: '/', trust })).toMatchObject({
      ok: true,
      status: 200,
      body: 'Jayne Martin on kubernetes, https',
      certificate: { altNames: ['*.brmartin.co.uk'] },
    })
    expect(await edge.ask(server, { host: 'other.test', path: '/', trust })).toMatchObject({ ok: true, status: 404 })
    expect(await edge.ask(server, { host: HOST, path: '/', trust: { insecureSkipVerify: false } })).toMatchObject({
      ok: false,
      failure: 'tls',
    })
    expect(await edge.describe()).toMatchObject({ version: '3.7.15' })
    expect(await edge.entryPoints()).toMatchObject([{ name: 'traefik' }, { name: 'web', tls: false }, { name: 'websecure', tls: true }])
  })

  it('gets the router of an empty file with all the keys above it, and is empty again after', async () => {
    await traefik.put('')
    await waitFor(async () => (await names()).length === 0, traefik.log)
    const before = await edge.read()
    await write({ ...ROUTER, service: 'jmc@consulcatalog' })
    await waitFor(async () => (await edge.router('k8s-jmc@file'))?.status === 'enabled', traefik.log)
    await withdraw(before)
    expect(await onDisk()).toBe('')
  })
})

function keep<Opened extends { close(): Promise<unknown> }>(opened: Opened): Opened {
  open.push(() => opened.close())
  return opened
}
