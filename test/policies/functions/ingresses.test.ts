import { describe, expect, it } from 'vitest'
import { hostCovers, ingressHosts, ingressTls } from '../../../src/policies/functions/ingresses.ts'
import { object, objects, served, topology } from './objects.ts'

const ingress = (spec: string, metadata = 'name: i') =>
  `---\n{ apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: { ${metadata} }, spec: { ${spec} } }\n`
const path = (route: string, service: string, port: string) =>
  `{ path: ${route}, pathType: Prefix, backend: { service: { name: ${service}, port: { ${port} } } } }`
const rules = (host: string, ...paths: readonly string[]) => `rules: [{ host: ${host}, http: { paths: [${paths.join(', ')}] } }]`
const pathsOf = (yaml: string) => topology(served('shop') + yaml).paths

describe('ingressPaths', () => {
  it('says what a path leads to', () => {
    expect(pathsOf(ingress(rules('a.example.org', path('/api', 'shop', 'number: 80'))))).toEqual([
      {
        object: 'Ingress/i',
        path: 'spec.rules[0].http.paths[0]',
        host: 'a.example.org',
        route: '/api',
        service: 'shop',
        target: 'Service/shop',
        port: '80',
        serviceFound: true,
        portFound: true,
        leadsTo: [{ workload: 'Deployment/shop', port: 8080 }],
        rivals: [],
      },
    ])
  })

  it.each([
    [path('/', 'shop', 'number: 8080'), { serviceFound: true, portFound: false, leadsTo: [] }],
    [path('/', 'shop', 'name: http'), { serviceFound: true, portFound: false }],
    [path('/', 'other', 'number: 80'), { serviceFound: false, portFound: true }],
  ])('knows what is not there: %s', (one, expected) => {
    expect(pathsOf(ingress(rules('a.example.org', one)))).toMatchObject([expected])
  })

  it('does not judge the ports of a Service that selects nothing', () => {
    const elsewhere = '---\n{ kind: Service, metadata: { name: outside }, spec: { type: ExternalName, externalName: example.org } }\n'
    expect(pathsOf(elsewhere + ingress(rules('a.example.org', path('/', 'outside', 'number: 80'))))).toMatchObject([
      { serviceFound: true, portFound: true },
    ])
  })

  it('takes a default backend for every host', () => {
    expect(pathsOf(ingress('defaultBackend: { service: { name: shop, port: { number: 80 } } }'))).toMatchObject([
      { path: 'spec.defaultBackend', host: '', route: '/', portFound: true },
    ])
  })

  it('names who claims the same for something else', () => {
    const one = ingress(rules('a.example.org', path('/', 'shop', 'number: 80'), path('/x', 'shop', 'number: 80')))
    const same = ingress(rules('a.example.org', path('/', 'shop', 'number: 80')), 'name: same')
    const other = ingress(rules('a.example.org', path('/', 'other', 'number: 80')), 'name: other')
    expect(pathsOf(one + same).map(({ rivals }) => rivals)).toEqual([[], [], []])
    expect(pathsOf(one + other).map(({ rivals }) => rivals)).toEqual([['Ingress/other'], [], ['Ingress/i']])
  })

  it('leaves old kinds and backends that are no Services alone', () => {
    expect(
      pathsOf(
        '---\n{ apiVersion: example.org/v1, kind: Ingress, spec: { rules: [{ http: { paths: [{ backend: { service: { name: x } } }] } }] } }',
      ),
    ).toEqual([])
    expect(pathsOf(ingress('rules: [{ http: { paths: [{ path: /, backend: { resource: { kind: Bucket, name: b } } }] } }]'))).toEqual([])
  })
})

describe('ingressHosts', () => {
  it.each([
    ['a.example.org', '[a.example.org]', true],
    ['a.example.org', '["*.example.org"]', true],
    ['b.a.example.org', '["*.example.org"]', false],
    ['example.org', '["*.example.org"]', false],
    ['a.example.org', '[b.example.org]', false],
    ['a.example.org', '[]', false],
  ])('%s is covered by %s: %s', (host, hosts, tls) => {
    const found = ingressHosts(object(ingress(`${rules(host)}, tls: [{ hosts: ${hosts}, secretName: s }]`).replace('---\n', '')))
    expect(found).toEqual([{ object: 'Ingress/i', path: 'spec.rules[0].host', host, tls }])
  })
})

describe('ingressTls', () => {
  const tls = (others: string, metadata = 'name: i', secret = 'secretName: cert') =>
    ingressTls(objects(ingress(`tls: [{ hosts: [a], ${secret} }]`, metadata) + others))

  it('knows a Secret of the plan, and whether it is whole', () => {
    const secret = (keys: string) => `---\n{ kind: Secret, metadata: { name: cert }, stringData: { ${keys} } }`
    expect(tls(secret('tls.crt: x, tls.key: y'))).toEqual([
      { object: 'Ingress/i', path: 'spec.tls[0].secretName', secret: 'cert', found: true, complete: true },
    ])
    expect(tls(secret('tls.crt: x'))).toMatchObject([{ found: true, complete: false }])
    expect(tls('')).toMatchObject([{ found: false, complete: true }])
  })

  it.each(['cert-manager.io/cluster-issuer', 'cert-manager.io/issuer'])('believes cert-manager: %s', (annotation) => {
    expect(tls('', `name: i, annotations: { ${annotation}: letsencrypt }`)).toMatchObject([{ found: true }])
  })

  it('believes a Certificate', () => {
    expect(tls('---\n{ kind: Certificate, metadata: { name: c }, spec: { secretName: cert } }')).toMatchObject([{ found: true }])
  })

  it('names no Secret where the Ingress names none', () => expect(tls('', 'name: i', 'x: y')).toMatchObject([{ secret: '' }]))
})

describe('an Ingress for every host', () => {
  const backend = 'defaultBackend: { service: { name: shop, port: { number: 80 } } }'

  it('is one with a default backend and no rules', () => {
    expect(ingressHosts(object(ingress(backend)))).toEqual([{ object: 'Ingress/i', path: 'spec.defaultBackend', host: '', tls: false }])
    expect(ingressHosts(object(ingress(`${backend}, tls: [{ secretName: x }]`)))).toMatchObject([{ tls: true }])
  })

  it('is none with rules beside: they say whose requests it gets', () => {
    expect(ingressHosts(object(ingress(`${backend}, ${rules('a.example.org', path('/', 'shop', 'number: 80'))}`)))).toMatchObject([
      { host: 'a.example.org' },
    ])
  })
})

it.each([
  ['www.example.org', 'www.example.org', true],
  ['*.example.org', 'www.example.org', true],
  ['*.example.org', '*.example.org', true],
  ['*.example.org', 'example.org', false],
  ['*.example.org', 'a.www.example.org', false],
  ['*.example.org', '.example.org', false],
  ['www.example.org', '*.example.org', false],
])('%s stands for %s: %s', (pattern, host, covers) => expect(hostCovers(pattern, host)).toBe(covers))
