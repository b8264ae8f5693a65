import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { editDynamicConfig, owned, readDynamicConfig } from '../../../../src/adapters/traefik/dynamic-config.ts'
import { scanOutline } from '../../../../src/adapters/traefik/dynamic-config/outline-by-scan.ts'
import type { DynamicConfigChange, OwnedKeys, RouterDefinition, ServiceDefinition } from '../../../../src/domain/ports/edge.ts'
import { ProblemError } from '../../../../src/domain/problem.ts'
import { remoteFile, textOf } from '../remote-file.ts'

const fixture = readFileSync(new URL('../../../../fixtures/jayne-martin-counselling/edge/dynamic_conf.yml', import.meta.url), 'utf8')
const read = (text: string) => readDynamicConfig(remoteFile(text))
const edit = (text: string, change: DynamicConfigChange) => textOf(editDynamicConfig(read(text), change).bytes)
const add = (text: string, services: Record<string, ServiceDefinition>) => edit(text, { add: { services } })

const router: RouterDefinition = { rule: 'Host(`a.test`)', service: 'jmc-send', entryPoints: ['websecure'], priority: 9 }
const send = (weight: number): ServiceDefinition => ({
  weighted: {
    services: [
      { name: 'jmc-main', weight },
      { name: 'jmc@consulcatalog', weight: 100 - weight },
    ],
    sticky: { cookie: { name: 'jmc_side', secure: true, httpOnly: true } },
  },
})
const main: ServiceDefinition = {
  loadBalancer: {
    servers: [{ url: 'https://host.docker.internal:30443/' }],
    passHostHeader: true,
    serversTransport: 'k8s-insecure',
    healthCheck: { path: '/health', hostname: 'www.a.test', interval: '1s', timeout: '500ms', scheme: 'https', headers: { 'X-Who': 'us' } },
  },
}
const spare: ServiceDefinition = { failover: { service: 'jmc-main', fallback: 'jmc@consulcatalog' } }
const keys: OwnedKeys = { routers: { 'k8s-jmc': router }, services: { 'jmc-main': main, 'jmc-send': send(5) } }

function problemOf(act: () => unknown) {
  try {
    act()
  } catch (error) {
    if (error instanceof ProblemError) return error.problem
    throw error
  }
  throw new Error('nothing was refused')
}

describe('one edit of both sections', () => {
  it("puts each key right below its section's header, in the hand of its author", () => {
    const after = edit(fixture, { add: keys })
    const services = [
      '        jmc-main:',
      '            loadBalancer:',
      "                servers: [{url: 'https://host.docker.internal:30443/'}]",
      '                passHostHeader: true',
      '                serversTransport: k8s-insecure',
      '                healthCheck:',
      '                    path: /health',
      '                    hostname: www.a.test',
      "                    interval: '1s'",
      "                    timeout: '500ms'",
      '                    scheme: https',
      '                    headers:',
      '                        X-Who: us',
      '        jmc-send:',
      '            weighted:',
      '                services: [{name: jmc-main, weight: 5}, {name: jmc@consulcatalog, weight: 95}]',
      '                sticky:',
      '                    cookie:',
      '                        name: jmc_side',
      '                        secure: true',
      '                        httpOnly: true',
    ].join('\n')
    expect(after).toContain(`    services:\n${services}\n`)
    expect(after).toContain('    routers:\n        k8s-jmc:\n')
    expect(edit(after, { remove: { routers: ['k8s-jmc'], services: ['jmc-main', 'jmc-send'] }, original: remoteFile(fixture) })).toBe(
      fixture,
    )
  })

  it('changes one line where 5 % become 50 %, and says which keys it owns', () => {
    const before = edit(fixture, { add: keys })
    const change = { remove: { services: ['jmc-send'] }, add: { ...keys, services: { 'jmc-send': send(50) } } }
    expect(edit(before, change)).toBe(before.replace('weight: 5}', 'weight: 50}').replace('weight: 95}', 'weight: 50}'))
    expect(editDynamicConfig(read(before), change).ownedKeys).toEqual(['http.services.jmc-send'])
    expect(editDynamicConfig(read(fixture), { add: keys }).ownedKeys).toEqual([
      'http.routers.k8s-jmc',
      'http.services.jmc-main',
      'http.services.jmc-send',
    ])
  })

  it('moves a router from one service of ours to another that takes its place', () => {
    const before = edit(fixture, { add: keys })
    const after = edit(before, {
      remove: { routers: ['k8s-jmc'], services: ['jmc-send'] },
      add: { routers: { 'k8s-jmc': { ...router, service: 'jmc-spare' } }, services: { 'jmc-spare': spare } },
    })
    const config = read(after)
    expect(config.services.slice(0, 2)).toEqual(['jmc-spare', 'jmc-main'])
    expect(owned(config, 'services', 'jmc-spare', spare)).toEqual({ status: 'ours' })
    expect(owned(config, 'services', 'jmc-send', send(5))).toEqual({ status: 'absent' })
  })

  it("keeps a human's comment among our lines where these are replaced", () => {
    const before = add(fixture, { 'jmc-main': main }).replace(
      '            loadBalancer:\n',
      '            # sam: why?\n            loadBalancer:\n',
    )
    const after = edit(before, { remove: { services: ['jmc-main'] }, add: { services: { 'jmc-main': spareOf('to-k8s-traefik') } } })
    expect(after).toContain('        jmc-main:\n            weighted:\n')
    expect(after.split('# sam: why?').length).toBe(2)
    expect(edit(after, { remove: { services: ['jmc-main'] }, original: remoteFile(fixture) })).toBe(
      fixture.replace('    services:\n', '    services:\n            # sam: why?\n'),
    )
  })

  it('takes a section that we made away with its last key, and only then', () => {
    const text = 'http:\n  routers:\n    a: {rule: Path(`/`), service: s}\n'
    const after = edit(text, { add: { services: { 'jmc-send': send2() } } })
    expect(after).toContain('  services:\n    jmc-send:\n')
    expect(edit(after, { remove: { services: ['jmc-send'] } })).toBe(text)
    const both = edit(after, { add: { services: { other: send2() } } })
    expect(edit(both, { remove: { services: ['jmc-send'] } })).toContain('  services:\n    other:\n')
    expect(edit(after, { remove: { services: ['jmc-send'] }, add: { services: { other: send2() } } })).toContain(
      '  services:\n    other:\n',
    )
  })
})

const spareOf = (name: string): ServiceDefinition => ({ weighted: { services: [{ name, weight: 1 }] } })
const send2 = (): ServiceDefinition => spareOf('jmc@consulcatalog')

describe('what is refused around services, with its place', () => {
  const body = '    s: {loadBalancer: {servers: [{url: "http://10.0.0.1"}]}}\n'
  it.each<[string, string, string, number]>([
    ['an anchor', `http:\n  services: &all\n${body}`, 'edge-file-anchor', 2],
    ['an alias', `x: &r\n  a: {}\nhttp:\n  services: *r\n`, 'edge-file-anchor', 4],
    ['a merge key', `x: &r\n  a: {}\nhttp:\n  services:\n    <<: *r\n${body}`, 'edge-file-anchor', 5],
    ['braces', 'http:\n  services: {}\n', 'edge-file-flow-map', 2],
    ['a list', 'http:\n  services:\n    - a\n', 'edge-file-unusual', 2],
    ['a twin in another case', `http:\n  services:\n${body}  Services:\n    b: {}\n`, 'edge-file-duplicate-key', 4],
    ['a key twice', `http:\n  services:\n${body}${body}`, 'edge-file-duplicate-key', 4],
    ['a template in a name', 'http:\n  services:\n    "{{ env "A" }}":\n      loadBalancer: {}\n', 'edge-file-template', 3],
  ])('%s', (_, text, code, line) => {
    const problem = problemOf(() => add(text, { 'jmc-send': send2() }))
    expect({ code: problem.code, line: problem.location?.line, effect: problem.effect }).toEqual({ code, line, effect: 'no' })
  })

  it('a name that is used by someone else, unless it is to be replaced', () => {
    expect(problemOf(() => add(fixture, { 'to-k8s-traefik': send2() }))).toMatchObject({
      code: 'service-name-taken',
      location: { text: expect.stringContaining('to-k8s-traefik:') },
    })
    expect(() =>
      edit(fixture, { remove: { services: ['to-k8s-traefik'] }, add: { services: { 'to-k8s-traefik': send2() } } }),
    ).not.toThrow()
  })

  it('an edit after which the file would no longer be valid, such as of what others use by an alias', () => {
    const shared = add(fixture, { 'jmc-main': main }).replace('jmc-main:', 'jmc-main: &ours').concat('x-copy: *ours\n')
    expect(problemOf(() => edit(shared, { remove: { services: ['jmc-main'] } }))).toMatchObject({
      code: 'edge-file-edit-not-clean',
      effect: 'no',
      details: [expect.stringContaining('not valid YAML'), expect.any(String)],
    })
  })
})

describe('a service that is refused', () => {
  const refusal = (service: ServiceDefinition, name = 'x') => problemOf(() => add(fixture, { [name]: service }))
  const weighted = (...services: readonly { name: string; weight: number }[]): ServiceDefinition => ({ weighted: { services } })
  const a = { name: 'a@docker', weight: 1 }
  const balancer = { servers: [{ url: 'http://10.0.0.1' }] }

  it.each<[string, ServiceDefinition]>([
    ['without a child', weighted()],
    ['without a weight above 0', weighted({ ...a, weight: 0 })],
    ['with a negative weight', weighted(a, { name: 'b@docker', weight: -1 })],
    ['with a broken weight', weighted({ ...a, weight: 0.5 })],
    ['with a child twice', weighted({ name: 'to-k8s-traefik', weight: 1 }, { name: 'to-k8s-traefik@file', weight: 1 })],
    ['that leads to itself', weighted({ name: 'x@file', weight: 1 })],
    ['with a cookie that Traefik would rename', { weighted: { services: [a], sticky: { cookie: { name: 'a b' } } } }],
    ['with a template', weighted({ name: '{{ env "A" }}@docker', weight: 1 })],
    ['that fails over to itself', { failover: { service: 'a@docker', fallback: 'x' } }],
    ['that is its own fallback', { failover: { service: 'a@docker', fallback: 'a@docker' } }],
    ['with a status that is none', { failover: { service: 'a@docker', fallback: 'b@docker', errors: { status: ['5xx'] } } }],
    ['with a range of statuses upside down', { failover: { service: 'a@docker', fallback: 'b@docker', errors: { status: ['504-502'] } } }],
    ['with errors that mean nothing', { failover: { service: 'a@docker', fallback: 'b@docker', errors: { status: [] } } }],
    ['without servers', { loadBalancer: { servers: [] } }],
    ['with a server that is no URL', { loadBalancer: { servers: [{ url: '10.0.0.1:80' }] } }],
    ['with a health check elsewhere', { loadBalancer: { ...balancer, healthCheck: { path: 'http://b/' } } }],
    ['with a health check at another host', { loadBalancer: { ...balancer, healthCheck: { path: '//b/' } } }],
    ['with a time without unit', { loadBalancer: { ...balancer, healthCheck: { path: '/', interval: '5' } } }],
    ['with no time at all', { loadBalancer: { ...balancer, healthCheck: { path: '/', timeout: '0s' } } }],
  ])('%s', (_, service) => {
    expect(refusal(service)).toMatchObject({ code: 'service-not-writable', effect: 'no', summary: expect.stringContaining('`x`') })
  })

  it('by its name', () => {
    expect(refusal(weighted(a), 'a b').code).toBe('service-not-writable')
    expect(refusal(weighted(a), 'a@file').code).toBe('service-not-writable')
  })

  it('by what the file, as edited, does not define', () => {
    expect(refusal(weighted({ name: 'nosuch', weight: 1 }))).toMatchObject({
      code: 'service-not-in-edge-file',
      summary: expect.stringContaining('service `x` needs the service `nosuch`'),
    })
    expect(refusal({ failover: { service: 'a@docker', fallback: 'nosuch@file' } }).code).toBe('service-not-in-edge-file')
    expect(refusal({ loadBalancer: { ...balancer, serversTransport: 'nosuch' } }).code).toBe('transport-not-in-edge-file')
    const before = edit(fixture, { add: keys })
    expect(
      problemOf(() =>
        edit(before, { remove: { services: ['jmc-main'] }, add: { services: { x: weighted({ name: 'jmc-main', weight: 1 }) } } }),
      ).code,
    ).toBe('service-not-in-edge-file')
  })
})

describe('health that nobody would report', () => {
  const failover = (main: string, more: object = {}): ServiceDefinition => ({
    failover: { service: main, fallback: 'jmc@consulcatalog', ...more },
  })
  const act = (services: Record<string, ServiceDefinition>) => () => add(fixture, services)

  it('is said of the main service of a failover, down to its servers', () => {
    expect(problemOf(act({ x: failover('to-k8s-traefik') }))).toMatchObject({
      code: 'service-without-health-check',
      summary: expect.stringContaining('`to-k8s-traefik` has no health check'),
      location: { text: expect.stringContaining('to-k8s-traefik:') },
    })
    expect(problemOf(act({ x: failover('y'), y: send(5), 'jmc-main': main })).summary).toContain('`y` has no health check')
    const handsOn: ServiceDefinition = { weighted: { services: [{ name: 'to-k8s-traefik', weight: 1 }], healthCheck: {} } }
    expect(problemOf(act({ x: failover('y'), y: handsOn })).summary).toContain('`to-k8s-traefik` has no health check')
  })

  it('is said of the fallback of a failover that hands it on, and of the children of a weighted service that does', () => {
    const back: ServiceDefinition = { failover: { service: 'jmc-main', fallback: 'to-k8s-traefik', healthCheck: {} } }
    expect(problemOf(act({ x: back, 'jmc-main': main })).code).toBe('service-without-health-check')
    const handsOn: ServiceDefinition = { weighted: { services: [{ name: 'to-k8s-traefik', weight: 1 }], healthCheck: {} } }
    expect(problemOf(act({ x: handsOn })).code).toBe('service-without-health-check')
  })

  it('is not missed where there is a health check, where answers decide, or where another provider knows', () => {
    expect(act({ x: failover('jmc-main'), 'jmc-main': main })).not.toThrow()
    expect(act({ x: failover('jmc-main', { healthCheck: {} }), 'jmc-main': main })).not.toThrow()
    expect(act({ x: failover('to-k8s-traefik', { errors: { status: ['502'] } }) })).not.toThrow()
    expect(act({ x: failover('a@docker') })).not.toThrow()
  })
})

describe('a service that is still used', () => {
  const removal = (text: string) => problemOf(() => edit(text, { remove: { services: ['jmc-send'] } }))
  const shared = add(fixture, { 'jmc-main': main, 'jmc-send': send(5) })

  it.each([
    ['a router', 'routers', '{rule: Path(`/`), service: jmc-send}'],
    ['a router that says where', 'routers', '{rule: Path(`/`), service: "jmc-send@file"}'],
    ['a weighted service', 'services', '{weighted: {services: [{name: jmc-send}]}}'],
    ['a failover', 'services', '{failover: {service: a@docker, fallback: jmc-send}}'],
    ['a mirroring', 'services', '{mirroring: {service: a@docker, mirrors: [{name: jmc-send}]}}'],
    ['an error page', 'middlewares', '{errors: {status: ["500"], service: jmc-send, query: /}}'],
  ])('by %s is not removed', (_, section, user) => {
    const text = shared.replace(`\n    ${section}:\n`, `\n    ${section}:\n        user: ${user}\n`)
    expect(removal(text)).toMatchObject({
      code: 'service-still-used',
      summary: expect.stringContaining(`http.${section}.user`),
      location: { text: expect.stringContaining('user:') },
      effect: 'no',
    })
  })

  it('is one that something names, not one whose name occurs', () => {
    const text = shared.replace('    routers:\n', '    routers:\n        user: {rule: "Path(`/jmc-send`)", service: jmc-send@docker}\n')
    expect(edit(text, { remove: { services: ['jmc-main', 'jmc-send'] } })).not.toContain('weighted')
  })
})

describe('a file of thousands of services', () => {
  const many = `http:\n  routers:\n    r: {rule: Path(\`/\`), service: s1}\n  services:\n${Array.from(
    { length: 1_500 },
    (_, index) =>
      `    s${index}:\n      loadBalancer:\n        servers:\n          - url: http://10.0.0.1:${index + 1}/\n        passHostHeader: true\n`,
  ).join('')}  serversTransports:\n    k8s-insecure: {insecureSkipVerify: true}\n`

  it('is read line by line, edited, replaced in place and given back byte for byte', () => {
    const before = edit(many, { add: keys })
    expect(scanOutline({ path: 'x.yml', text: before })).toBeDefined()
    expect(owned(read(before), 'services', 'jmc-send', send(5))).toEqual({ status: 'ours' })
    const after = edit(before, { remove: { services: ['jmc-send'] }, add: { services: { 'jmc-send': send(50) } } })
    expect(after).toBe(before.replace('weight: 5}', 'weight: 50}').replace('weight: 95}', 'weight: 50}'))
    expect(edit(after, { remove: { routers: ['k8s-jmc'], services: ['jmc-main', 'jmc-send'] }, original: remoteFile(many) })).toBe(many)
    expect(problemOf(() => edit(many, { remove: { services: ['s1'] } })).code).toBe('service-still-used')
  })

  it('is compared by value too where an alias may carry what is changed elsewhere', () => {
    const text = `x-a: &kept 9s\n${edit(many, { add: keys }).replace("interval: '1s'", "interval: &kept '1s'")}x-b: *kept\n`
    expect(scanOutline({ path: 'x.yml', text })).toBeDefined()
    expect(problemOf(() => edit(text, { remove: { routers: ['k8s-jmc'], services: ['jmc-main', 'jmc-send'] } }))).toMatchObject({
      code: 'edge-file-edit-not-clean',
      summary: expect.stringContaining('values elsewhere'),
    })
  })
})
