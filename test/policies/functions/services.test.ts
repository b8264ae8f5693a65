import { describe, expect, it } from 'vitest'
import { selectedServices } from '../../../src/policies/functions/services.ts'
import { deployment, topology } from './objects.ts'

const service = (spec: string, name = 'shop') => `---\n{ kind: Service, metadata: { name: ${name} }, spec: { ${spec} } }\n`
const portsOf = (yaml: string) => topology(yaml).services

describe('servicePorts', () => {
  it.each([
    ['{ port: 80, targetPort: http }', 'http', 8080, true],
    ['{ port: 80, targetPort: 8080 }', '8080', 8080, true],
    ['{ port: 8080 }', '8080', 8080, true],
    ['{ port: 80 }', '80', 80, false],
    ['{ port: 80, targetPort: web }', 'web', 0, false],
    ['{ port: 80, targetPort: 8080, protocol: UDP }', '8080', 8080, false],
    ['{ port: 80, targetPort: http, protocol: UDP }', 'http', 0, false],
  ])('%s leads to %s', (port, target, number, found) => {
    expect(portsOf(deployment('shop') + service(`selector: { app: shop }, ports: [${port}]`))).toMatchObject([
      { object: 'Service/shop', path: 'spec.ports[0]', target, ports: [{ workload: 'Deployment/shop', port: number }], found },
    ])
  })

  it('does not judge numbers where pods list no ports', () => {
    const silent = deployment('shop').replace(/ports:.*/, 'env: []')
    expect(portsOf(silent + service('selector: { app: shop }, ports: [{ port: 80 }]'))).toMatchObject([{ found: true }])
    expect(portsOf(silent + service('selector: { app: shop }, ports: [{ port: 80, targetPort: http }]'))).toMatchObject([{ found: false }])
  })

  it('names the Services that ask for the same node port, and only those', () => {
    const node = (name: string, port: number, protocol = 'TCP') =>
      service(
        `type: NodePort, selector: { app: shop }, ports: [{ port: 80, targetPort: http, nodePort: ${port}, protocol: ${protocol} }]`,
        name,
      )
    const found = portsOf(deployment('shop') + node('a', 30080) + node('b', 30080) + node('c', 30081) + node('d', 30080, 'UDP'))
    expect(found.map(({ object, rivals }) => [object, rivals])).toEqual([
      ['Service/a', ['Service/b']],
      ['Service/b', ['Service/a']],
      ['Service/c', []],
      ['Service/d', []],
    ])
  })

  it.each([
    'type: ExternalName, externalName: example.org, selector: { app: shop }, ports: [{ port: 80 }]',
    'ports: [{ port: 80 }]',
    'selector: {}, ports: [{ port: 80 }]',
  ])('leaves out what selects no pods: %s', (spec) => expect(portsOf(deployment('shop') + service(spec))).toEqual([]))
})

describe('selectedServices', () => {
  it('names the workloads of the same namespace that have the labels and go on running', () => {
    const job = deployment('shop').replace('kind: Deployment', 'kind: Job')
    const elsewhere = deployment('shop').replace('metadata: { name: shop }', 'metadata: { name: elsewhere, namespace: other }')
    const found = selectedServices(topology([deployment('shop'), job, elsewhere].join('---\n') + service('selector: { app: shop }')))
    expect(found).toEqual([{ object: 'Service/shop', path: 'spec.selector', workloads: ['Deployment/shop'] }])
  })
})
