import { describe, expect, it } from 'vitest'
import { serviceCalls } from '../../../../src/policies/functions/network/calls.ts'
import { served, topology } from '../objects.ts'

const EXTERNAL = '---\n{ kind: Service, metadata: { name: mail }, spec: { type: ExternalName, externalName: smtp.example.org } }\n'
const calls = (name: string, value: string) =>
  serviceCalls(
    topology(`${served('web', `          env: [{ name: ${name}, value: ${JSON.stringify(value)} }]`)}---\n${served('api')}${EXTERNAL}`),
  )

describe('serviceCalls', () => {
  it.each([
    ['URL', 'http://api:80', [['Service/api', 80, true, true]]],
    ['URL', 'http://api:8080', [['Service/api', 8080, true, false]]],
    ['URL', 'https://api', [['Service/api', 443, true, false]]],
    ['URL', 'other://api', [['Service/api', 0, true, true]]],
    ['URL', 'smtp://mail:587', [['Service/mail', 587, true, true]]],
    ['API_HOST', 'api', [['Service/api', 0, true, true]]],
    ['ROLE', 'api', []],
    ['BROKERS', 'api:80,elsewhere:9092', [['Service/api', 80, true, true]]],
    ['URL', 'http://apis:80', [['Service/apis', 80, false, true]]],
    ['URL', 'http://apis.shop.svc.cluster.local', [['Service/apis', 80, false, true]]],
    ['URL', 'http://api.other.svc', []],
    ['URL', 'http://localhost:3000', []],
    ['URL', 'https://api.example.org', []],
    ['nginx.conf', 'upstream pool {}\nproxy_pass http://pool;', []],
  ] as const)('%s: %s', (name, value, expected) => {
    const found = calls(name, value)
    expect(found.map(({ service, port, exists, found: is }) => [service, port, exists, is])).toEqual(expected)
    for (const call of found)
      expect(call).toMatchObject({ object: 'Deployment/web', path: 'spec.template.spec.containers[0].env[0].value', key: name })
  })

  it('says once what several workloads read', () => {
    const settings = '---\n{ kind: ConfigMap, metadata: { name: c }, data: { URL: "http://api:9" } }\n'
    const reading = (name: string) => served(name, '          envFrom: [{ configMapRef: { name: c } }]')
    expect(serviceCalls(topology(`${reading('web')}---\n${reading('api')}${settings}`))).toHaveLength(1)
  })
})
