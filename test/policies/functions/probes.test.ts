import { expect, it } from 'vitest'
import { probed } from '../../../src/policies/functions/probes.ts'
import { object, topology } from './objects.ts'

const pod = (containers: string, kind = 'Deployment') =>
  `{ apiVersion: apps/v1, kind: ${kind}, metadata: { name: shop }, spec: { template: { metadata: { labels: { app: shop } }, spec: { ${containers} } } } }\n`
const SERVICE =
  '---\n{ apiVersion: v1, kind: Service, metadata: { name: shop }, spec: { selector: { app: shop }, ports: [{ port: 80 }] } }\n'
const PORTS = 'ports: [{ containerPort: 80 }]'

const found = (yaml: string) => {
  const [first = ''] = yaml.split('---\n')
  return probed(object(first), topology(yaml), 'readinessProbe').map(({ name, visited, set }) => [name, visited, set])
}

it.each([
  ['the one that lists ports', `containers: [{ name: app, ${PORTS} }, { name: log }]`, '', [['app', true, false]]],
  [
    'all where none lists ports and a Service selects them',
    'containers: [{ name: app }, { name: log }]',
    SERVICE,
    [
      ['app', true, false],
      ['log', true, false],
    ],
  ],
  [
    'all where the lists are empty',
    'containers: [{ name: app, ports: [] }, { name: log }]',
    SERVICE,
    [
      ['app', true, false],
      ['log', true, false],
    ],
  ],
  ['the only one of a worker, which nobody visits', 'containers: [{ name: app }]', '', [['app', false, false]]],
  ['the only one before a Service', 'containers: [{ name: app }]', SERVICE, [['app', true, false]]],
  ['none of several that nobody visits', 'containers: [{ name: app }, { name: log }]', '', []],
  [
    'no init container',
    `initContainers: [{ name: proxy, restartPolicy: Always, ${PORTS} }], containers: [{ name: app, ${PORTS} }]`,
    '',
    [['app', true, false]],
  ],
  ['what is set', `containers: [{ name: app, ${PORTS}, readinessProbe: { exec: { command: [ok] } } }]`, '', [['app', true, true]]],
] as const)('asks %s', (_what, containers, service, expected) => expect(found(pod(containers) + service)).toEqual(expected))

it('says where the probe belongs', () => {
  const yaml = pod(`containers: [{ name: app, ${PORTS} }]`)
  expect(probed(object(yaml), topology(yaml), 'readinessProbe')).toMatchObject([
    { object: 'Deployment/shop', path: 'spec.template.spec.containers[0].readinessProbe' },
  ])
})
