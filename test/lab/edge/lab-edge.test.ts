import { describe, expect, it } from 'vitest'
import { instance, requestFor, setting } from './setting.ts'

const file = (routers: string): string => `http:
  routers:
${routers}
  services:
    to-k8s:
      loadBalancer:
        serversTransport: blind
        servers: [{url: "https://host.docker.internal:30443/"}]
    strict:
      loadBalancer:
        servers: [{url: "https://192.168.1.5:30443/"}]
    elsewhere:
      loadBalancer:
        servers: [{url: "http://10.0.0.9:80/"}]
  serversTransports:
    blind: {insecureSkipVerify: true}
  middlewares:
    to-www:
      redirectRegex: {regex: "^https://site.test/(.*)", replacement: "https://www.site.test/\${1}", permanent: true}
`
const router = (name: string, fields: string, rule = 'Host(`www.site.test`)') =>
  `    ${name}: {rule: "${rule}", entryPoints: [websecure], ${fields}}`
const old = instance(
  'jmc',
  [
    'traefik.http.routers.jmc.rule=Host(`www.site.test`)',
    'traefik.http.routers.jmc.entrypoints=websecure',
    'traefik.consulcatalog.connect=true',
  ],
  { connect: true },
)
const url = 'https://www.site.test/'

describe('visitors of the lab edge', () => {
  it('reach Nomad through the catalog, and Kubernetes once a router of the file outranks it', async () => {
    const lab = setting(file(router('other', 'service: to-k8s', 'Host(`other.test`)')))
    lab.instances = [old]
    expect(await lab.visit(url)).toMatchObject({ status: 200, body: 'nomad jmc-1' })
    lab.file = file(router('k8s', 'service: to-k8s, priority: 1000'))
    lab.now += 200
    expect(await lab.visit(url)).toMatchObject({ status: 200, body: 'kubernetes' })
    lab.file = file(router('k8s', 'service: nosuch, priority: 1000'))
    lab.now += 200
    expect(await lab.visit(url)).toMatchObject({ status: 200, body: 'nomad jmc-1' })
    expect(await lab.visit('http://www.site.test/')).toMatchObject({ status: 404 })
    expect(await lab.visit('https://nobody.test/')).toMatchObject({ status: 404, body: '404 page not found\n' })
  })

  it('get what a dead or mistrusted upstream gives', async () => {
    const lab = setting(
      file(
        [
          router('a', 'service: strict', 'Host(`a.test`)'),
          router('b', 'service: elsewhere', 'Host(`b.test`)'),
          router('c', 'service: to-k8s', 'Host(`c.test`)'),
        ].join('\n'),
      ),
    )
    lab.instances = [old]
    expect(await lab.visit('https://a.test/')).toMatchObject({ status: 500 })
    expect(await lab.visit('https://b.test/')).toMatchObject({ status: 502 })
    lab.cluster = () => 'drop'
    expect(await lab.visit('https://c.test/')).toMatchObject({ status: 502 })
    await lab.visit(url)
    lab.instances = []
    expect(await lab.visit(url)).toMatchObject({ status: 502 })
    lab.now += 1_000
    expect(await lab.visit(url)).toMatchObject({ status: 404 })
  })

  it('pass the middlewares', async () => {
    const lab = setting(
      file(
        [
          router('auth', 'service: to-k8s, middlewares: [oauth-auth@docker]'),
          router('bare', 'service: noop@internal, middlewares: [to-www]', 'Host(`site.test`)'),
        ].join('\n'),
      ),
    )
    expect(await lab.visit(url)).toMatchObject({ status: 401 })
    expect(await lab.visit(url, { authorization: 'Bearer x' })).toMatchObject({ status: 200 })
    expect(await lab.visit('https://site.test/a?b=c')).toMatchObject({ status: 301, headers: { location: 'https://www.site.test/a?b=c' } })
  })

  it('get one of two equal routers by chance, which falls anew with each configuration', async () => {
    const twins = file([router('one', 'service: to-k8s, priority: 50'), router('two', 'service: elsewhere, priority: 50')].join('\n'))
    const lab = setting(twins)
    const seen = new Set<number>()
    for (let round = 0; round < 30; round++) {
      lab.file = `${twins}# ${round}\n`
      lab.now += 200
      const first = await lab.visit(url)
      expect(await lab.visit(url)).toEqual(first)
      if (first !== 'drop') seen.add(first.status)
    }
    expect(seen).toEqual(new Set([200, 502]))
  })

  it('never meet a rule that the lab cannot read, and the API says so', async () => {
    const lab = setting(file(router('regexp', 'service: to-k8s', 'HostRegexp(`.*`)')))
    expect(await lab.visit(url)).toMatchObject({ status: 404 })
    expect((await lab.api('/api/http/routers/regexp@file')).body).toMatchObject({
      status: 'disabled',
      error: [expect.stringContaining('501')],
    })
    expect((await lab.api('/api/rawdata')).status).toBe(501)
  })

  it('are matched by host, path, header and their combinations', async () => {
    const rule = '(Host(`a.test`) || Host(`*.b.test`)) && !PathPrefix(`/no`) && Header(`X-Probe`, `1`) || Path(`/only`)'
    const lab = setting(file(router('r', 'service: to-k8s', rule)))
    const status = async (to: string, headers?: Record<string, string>) => {
      const answer = await lab.visit(to, headers)
      return answer === 'drop' ? answer : answer.status
    }
    expect(await status('https://a.test/yes', { 'x-probe': '1' })).toBe(200)
    expect(await status('https://x.b.test/yes', { 'x-probe': '1' })).toBe(200)
    expect(await status('https://x.y.b.test/yes', { 'x-probe': '1' })).toBe(404)
    expect(await status('https://a.test/no', { 'x-probe': '1' })).toBe(404)
    expect(await status('https://a.test/yes')).toBe(404)
    expect(await status('https://z.test/only')).toBe(200)
  })
})

describe('the file provider of the lab edge', () => {
  const first = file(router('a', 'service: to-k8s'))
  const second = file(router('b', 'service: to-k8s'))
  const names = async (lab: ReturnType<typeof setting>) =>
    (await lab.api('/api/http/routers')).body.map(({ name }: { name: string }) => name)

  it('sleeps after an event that it applied', async () => {
    const lab = setting(first)
    expect(await names(lab)).toEqual(['a@file'])
    lab.file = second
    lab.now += 199
    expect(await names(lab)).toEqual(['a@file'])
    lab.now += 1
    expect(await names(lab)).toEqual(['b@file'])
  })

  it('keeps what it has when the file is broken or gone, and loses all to an empty one', async () => {
    const lab = setting(first)
    expect(await names(lab)).toEqual(['a@file'])
    for (const bad of ['http: [', undefined, file(router('a', 'priorty: 1'))]) {
      lab.file = bad
      lab.now += 200
      expect(await names(lab)).toEqual(['a@file'])
    }
    expect(lab.world.file.rejected).toContain('priorty')
    lab.file = ''
    lab.now += 200
    expect(await names(lab)).toEqual([])
  })

  it('goes on where it was when its world is loaded from disk', async () => {
    const lab = setting(first)
    await names(lab)
    lab.file = 'http: ['
    lab.now += 200
    lab.edge.refresh()
    expect(lab.changes).toBeGreaterThan(0)
    const again = setting('http: [', { world: JSON.parse(JSON.stringify(lab.world)) })
    again.now = lab.now + 10_000
    expect(await names(again)).toEqual(['a@file'])
  })

  it('changes nothing while nothing changes', async () => {
    const lab = setting(first)
    await names(lab)
    const { changes } = lab
    lab.now += 60_000
    await names(lab)
    expect(lab.changes).toBe(changes)
  })
})

describe('faults of the lab edge', () => {
  it('traefik-ignores-file: the first configuration stays for good', async () => {
    const lab = setting(file(router('a', 'service: to-k8s, priority: 7')), { faults: ['traefik-ignores-file'] })
    expect((await lab.api('/api/http/routers/a@file')).body.priority).toBe(7)
    lab.file = file(router('a', 'service: to-k8s, priority: 8'))
    lab.now += 60_000
    expect((await lab.api('/api/http/routers/a@file')).body.priority).toBe(7)
  })

  it('bad-body-after-cutover: only visitors of the site, only through the file, get the wrong page', async () => {
    const lab = setting(
      file(`${router('k8s', 'service: to-k8s, priority: 1000')}\n${router('wiki', 'service: to-k8s', 'Host(`wiki.test`)')}`),
      { faults: ['bad-body-after-cutover'] },
    )
    expect(await lab.visit(url)).toMatchObject({ status: 200, body: expect.not.stringContaining('kubernetes') })
    expect(await lab.visit('https://wiki.test/')).toMatchObject({ status: 200, body: 'kubernetes' })
    expect(await lab.edge.at('192.168.1.5', 30_443)?.(requestFor(url))).toMatchObject({ status: 200, body: 'kubernetes' })
  })
})

describe('what listens around the host of the lab edge', () => {
  it('is the API, the visitors entry point, the ingress, and instances that want a certificate of the mesh', async () => {
    const lab = setting(file(router('k8s', 'service: to-k8s')))
    lab.instances = [old, instance('open', [], { port: 20_000 })]
    const ask = (host: string, port: number) => lab.edge.at(host, port)?.(requestFor(url))
    expect(await ask('192.168.1.5', 443)).toMatchObject({ body: expect.stringMatching(/kubernetes|nomad/) })
    expect(await ask('host.docker.internal', 30_443)).toMatchObject({ body: 'kubernetes' })
    expect(await ask('127.0.0.1', 19_999)).toBe('drop')
    expect(await ask('127.0.0.1', 20_000)).toMatchObject({ body: 'nomad open-1' })
    expect(await ask('127.0.0.1', 5)).toBeUndefined()
    expect(await lab.edge.at('127.0.0.1', 8_080)?.(requestFor('http://127.0.0.1:8080/api/version'))).toMatchObject({ status: 200 })
  })

  it('shows a Connect service as HTTPS with a transport of its own', async () => {
    const lab = setting('')
    lab.instances = [old]
    expect((await lab.api('/api/http/services/jmc@consulcatalog')).body).toMatchObject({
      loadBalancer: { servers: [{ url: 'https://127.0.0.1:19999' }], serversTransport: 'tls-dc1-jmc@consulcatalog' },
      status: 'enabled',
      serverStatus: { 'https://127.0.0.1:19999': 'UP' },
    })
  })
})
