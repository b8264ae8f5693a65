import { describe, expect, it } from 'vitest'
import type { Json } from '../../../../src/domain/json.ts'
import { neededFlows } from '../../../../src/policies/functions/network/needed.ts'
import { deployment, served, topology } from '../objects.ts'

const env = (...variables: readonly (readonly [string, string])[]) =>
  `          env: [${variables.map(([name, value]) => `{ name: ${name}, value: "${value}" }`).join(', ')}]`
const flows = (yaml: string, expects: Json = {}) =>
  neededFlows(topology(yaml, expects))
    .filter(({ to }) => to !== 'DNS')
    .map(({ from, to, port, certain }) => `${from} → ${to}:${port}${certain ? '' : ' ?'}`)

describe('neededFlows', () => {
  it.each([
    [['API_URL', 'http://api:80/v1'], ['Deployment/web → Deployment/api:8080']],
    [['API_URL', 'http://api/v1'], ['Deployment/web → Deployment/api:8080']],
    [['API_URL', 'http://api.shop.svc.cluster.local'], ['Deployment/web → Deployment/api:8080']],
    [['API', 'api:80'], ['Deployment/web → Deployment/api:8080']],
    [['API_HOST', 'api'], ['Deployment/web → Deployment/api:8080']],
    [['ROLE', 'api'], []],
    [['API_URL', 'http://api:8080'], ['Deployment/web → Deployment/api:8080 ?']],
    [['API_URL', 'http://apis'], ['Deployment/web → Deployment/api:8080 ?']],
    [['API_URL', 'http://api.other.svc'], ['Deployment/web → api.other.svc:80 ?']],
    [['CORS_ORIGINS', 'http://api:80'], ['Deployment/web → Deployment/api:8080 ?']],
    [['SELF_CHECK', 'http://web:80'], ['Deployment/web → Deployment/web:8080 ?']],
    [['COHERE_URL', 'https://api.cohere.com/v1'], ['Deployment/web → api.cohere.com:443 ?']],
    [['LEVEL', 'info'], []],
  ] as const)('%s', (variable, expected) => expect(flows(`${served('web', env(variable))}---\n${served('api')}`)).toEqual(expected))

  it('reads ConfigMaps and Secrets of the plan', () => {
    const web = deployment('web', '          envFrom: [{ configMapRef: { name: c } }, { secretRef: { name: s } }]')
    const settings =
      '---\n{ kind: ConfigMap, metadata: { name: c }, data: { API_URL: "http://api" } }\n---\n{ kind: Secret, metadata: { name: s }, stringData: { DATABASE_URL: "postgres://u:p@db:80/x" } }\n'
    expect(flows(`${web}---\n${served('api')}---\n${served('db')}${settings}`)).toEqual([
      'Deployment/web → Deployment/api:8080',
      'Deployment/web → Deployment/db:8080',
    ])
  })

  it('comes from the edge by Ingress, and from outside by node port', () => {
    const open = served('web').replace('spec: { selector', 'spec: { type: NodePort, selector')
    const ingress = `---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: i }
spec: { rules: [{ host: h, http: { paths: [{ path: /, backend: { service: { name: web, port: { number: 80 } } } }] } }] }
`
    expect(flows(open + ingress, { exposed: ['Service/web'] })).toEqual([
      'the Ingress controller → Deployment/web:8080',
      'outside the cluster → Deployment/web:8080',
    ])
  })

  it('from outside is not needed where the plan does not say that it is open', () => {
    expect(flows(served('web').replace('spec: { selector', 'spec: { type: NodePort, selector'))).toEqual([
      'outside the cluster → Deployment/web:8080 ?',
    ])
  })

  it('goes where the plan declares it', () => {
    const expects = { outside: [{ from: 'Deployment/web', to: 'api.cohere.com', port: 443 }] }
    expect(flows(served('web', env(['COHERE_URL', 'https://api.cohere.com'])), expects)).toEqual(['Deployment/web → api.cohere.com:443'])
  })

  it('needs DNS where something is called', () => {
    const found = neededFlows(topology(`${served('web', env(['API_URL', 'http://api']))}---\n${served('api')}`)).filter(
      ({ to }) => to === 'DNS',
    )
    expect(found.map(({ from, protocol, certain }) => [from, protocol, certain])).toEqual([
      ['Deployment/web', 'UDP', true],
      ['Deployment/web', 'TCP', true],
      ['Deployment/api', 'UDP', false],
      ['Deployment/api', 'TCP', false],
    ])
  })
})
