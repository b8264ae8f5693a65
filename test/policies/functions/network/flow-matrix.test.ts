import { describe, expect, it } from 'vitest'
import type { Json } from '../../../../src/domain/json.ts'
import { flowMatrix } from '../../../../src/policies/functions/network/flow-matrix.ts'
import { served, topology } from '../objects.ts'

const PODS = `${served('web', '          env: [{ name: API_URL, value: "http://api" }]')}---\n${served('api')}`
const policy = (app: string, spec: string, name = app) =>
  `---\n{ kind: NetworkPolicy, metadata: { name: ${name} }, spec: { podSelector: { matchLabels: { app: ${app} } }, ${spec} } }\n`
const from = (peers: string, ports = '[{ port: 8080 }]') => `ingress: [{ from: [${peers}], ports: ${ports} }]`
const to = (peers: string, ports: string) => `policyTypes: [Egress], egress: [{ to: [${peers}], ports: ${ports} }]`
const WEB = '{ podSelector: { matchLabels: { app: web } } }'
const API = '{ podSelector: { matchLabels: { app: api } } }'
const OTHERS = '{ namespaceSelector: { matchLabels: { team: reports } } }'
const DNS =
  '{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: kube-system } }, podSelector: { matchLabels: { k8s-app: kube-dns } } }'

const matrix = (policies: string, expects: Json = {}, pods = PODS) => flowMatrix(topology(pods + policies, expects))
const permitted = (policies: string, expects: Json = {}, pods = PODS) =>
  matrix(policies, expects, pods).permitted.map((flow) => `${flow.from} → ${flow.to}:${flow.port}${flow.asked ? '' : ' UNASKED'}`)

describe('permitted: into a pod', () => {
  it.each([
    [from(WEB), ['Deployment/web → Deployment/api:8080']],
    [from(WEB, '[]'), ['Deployment/web → Deployment/api:8080']],
    [from('{ podSelector: {} }'), ['Deployment/web → Deployment/api:8080']],
    [from(OTHERS), ['pods of other namespaces → Deployment/api:8080 UNASKED']],
    [from('{ namespaceSelector: {} }'), ['every pod of every namespace → Deployment/api:8080 UNASKED']],
    [from('{ ipBlock: { cidr: 192.0.2.0/24 } }'), ['192.0.2.0/24 → Deployment/api:8080 UNASKED']],
    ['ingress: [{}]', ['everybody → Deployment/api:8080 UNASKED']],
    [from(WEB, '[{ port: 9090 }]'), []],
    ['ingress: []', []],
  ])('%s', (spec, flows) => expect(permitted(policy('api', spec))).toEqual(flows))

  it('a pod that nobody told to call is not asked for', () => {
    expect(permitted(policy('web', from(API)))).toEqual(['Deployment/api → Deployment/web:8080 UNASKED'])
  })

  it('what the sender’s own egress refuses is not permitted', () => {
    expect(permitted(policy('web', from(API)) + policy('api', 'policyTypes: [Egress]', 'closed'))).toEqual([])
  })

  it('the Ingress controller may come from another namespace, everybody may not', () => {
    const ingress =
      '---\n{ apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: { name: i }, spec: { rules: [{ host: h, http: { paths: [{ path: /, backend: { service: { name: web, port: { number: 80 } } } }] } }] } }\n'
    expect(permitted(ingress + policy('web', from(OTHERS)))).toEqual(['pods of other namespaces → Deployment/web:8080'])
    expect(permitted(ingress + policy('web', 'ingress: [{}]'))).toEqual(['everybody → Deployment/web:8080 UNASKED'])
  })

  it('everybody may where the Service is open from outside', () => {
    const open = PODS.replace('spec: { selector: { app: web }', 'spec: { type: LoadBalancer, selector: { app: web }')
    expect(open).toContain('LoadBalancer')
    expect(permitted(policy('web', 'ingress: [{}]'), {}, open)).toEqual(['everybody → Deployment/web:8080'])
  })
})

describe('permitted: out of a pod', () => {
  const EVERYWHERE = '{ ipBlock: { cidr: 0.0.0.0/0 } }'
  const COHERE = { outside: [{ from: 'Deployment/web', to: 'api.cohere.com', port: 443 }] }

  it.each([
    [to(API, '[{ port: http }]'), ['Deployment/web → Deployment/api:8080']],
    [to(DNS, '[{ port: 53, protocol: UDP }, { port: 53 }]'), ['Deployment/web → pods of other namespaces:53']],
    [to(DNS, '[]'), ['Deployment/web → pods of other namespaces:0']],
    [to(OTHERS, '[{ port: 5432 }]'), ['Deployment/web → pods of other namespaces:5432 UNASKED']],
    [to(EVERYWHERE, '[{ port: 443 }]'), ['Deployment/web → 0.0.0.0/0:443 UNASKED']],
    [to(EVERYWHERE, '[]'), ['Deployment/web → 0.0.0.0/0:0 UNASKED']],
    ['policyTypes: [Egress], egress: [{}]', ['Deployment/web → everybody:0 UNASKED']],
  ])('%s', (spec, flows) => expect(permitted(policy('web', spec))).toEqual(flows))

  it('a port that the plan declares is asked for, another is not', () => {
    expect(permitted(policy('web', to(EVERYWHERE, '[{ port: 443 }, { port: 80 }]')), COHERE)).toEqual([
      'Deployment/web → 0.0.0.0/0:443',
      'Deployment/web → 0.0.0.0/0:80 UNASKED',
    ])
    expect(permitted(policy('api', to(EVERYWHERE, '[{ port: 443 }]')), COHERE)).toEqual(['Deployment/api → 0.0.0.0/0:443 UNASKED'])
  })
})

describe('a link that leads nowhere is one finding, not two', () => {
  const unasked = (pods: string, policies: string) => permitted(policies, {}, pods).filter((flow) => flow.endsWith('UNASKED'))
  const ingress = (service: string, port: number) =>
    `---\n{ apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: { name: i }, spec: { rules: [{ host: h, http: { paths: [{ path: /, backend: { service: { name: ${service}, port: { number: ${port} } } } }] } }] } }\n`

  it.each([
    ['a port that the Service does not have', PODS.replace('http://api', 'http://api:9')],
    ['a Service that is not there', PODS.replace('http://api', 'http://apis')],
    ['a Service without pods', PODS.replace('selector: { app: api }, ports', 'selector: { app: apis }, ports')],
    ['a target that is not there', `${PODS.slice(0, PODS.lastIndexOf('http'))}web }] }\n`],
  ])('%s', (_, pods) => expect(unasked(pods, policy('api', from(WEB)))).toEqual([]))

  it.each([ingress('web', 9), ingress('nowhere', 80)])('%s', (yaml) =>
    expect(unasked(PODS, yaml + policy('web', from(OTHERS)))).toEqual([]),
  )
})

it('a needed flow that is not let through is told with its reason', () => {
  expect(matrix(policy('api', 'ingress: []')).needed.find(({ to: where }) => where === 'Deployment/api')).toMatchObject({
    from: 'Deployment/web',
    port: 8080,
    because: 'API_URL in Deployment/web names it',
    allowed: false,
    object: 'NetworkPolicy/api',
  })
})

it('sides say who is isolated, only where somebody is', () => {
  expect(matrix('').sides).toEqual([])
  expect(matrix(policy('api', 'ingress: []')).sides.filter(({ isolated }) => isolated)).toMatchObject([
    { object: 'Deployment/api', direction: 'ingress' },
  ])
  expect(matrix(policy('api', 'ingress: []')).sides).toHaveLength(4)
})

it('policies say what they select', () => {
  expect(
    matrix(policy('api', 'ingress: []') + policy('nobody', 'ingress: []')).policies.map(({ object, selects }) => [object, selects]),
  ).toEqual([
    ['NetworkPolicy/api', ['Deployment/api']],
    ['NetworkPolicy/nobody', []],
  ])
})

it('objects of one name in two namespaces are two', () => {
  const apart = (yaml: string, namespace: string) =>
    yaml
      .replace(/metadata: \{ name: (\w+) \}/g, `metadata: { name: $1, namespace: ${namespace} }`)
      .replace(/^kind: (\w+)$/gm, (line, kind: string) => `${line}\nid: ${kind}/${namespace}/${kind === 'Deployment' ? 'web' : 'x'}`)
  const both = `${apart(served('web', '          env: [{ name: OTHER_URL, value: "http://web.b" }]'), 'a')}---\n${apart(served('web'), 'b')}`
  expect(flowMatrix(topology(both)).needed.filter(({ port }) => port !== 53)).toMatchObject([
    { from: 'Deployment/a/web', to: 'Deployment/b/web', port: 8080, certain: true, allowed: true },
  ])
})
