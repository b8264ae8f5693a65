import { describe, expect, it } from 'vitest'
import { allContainers, containers, podPath, podSpec, podTemplate, workloads } from '../../../src/policies/functions/pods.ts'
import { object, objects } from './objects.ts'

const TEMPLATE = '{ metadata: { labels: { app: shop } }, spec: { containers: [{ name: shop, ports: [{ containerPort: 80 }] }] } }'

describe('podTemplate', () => {
  it.each([
    ['Deployment', `spec: { template: ${TEMPLATE} }`, 'spec.template.spec.volumes'],
    ['Rollout', `spec: { template: ${TEMPLATE} }`, 'spec.template.spec.volumes'],
    ['CronJob', `spec: { jobTemplate: { spec: { template: ${TEMPLATE} } } }`, 'spec.jobTemplate.spec.template.spec.volumes'],
  ])('finds the template of a %s', (kind, spec, path) => {
    const found = object(`kind: ${kind}\n${spec}`)
    expect(podTemplate(found)).toMatchObject({ metadata: { labels: { app: 'shop' } } })
    expect(podPath(found, 'spec.volumes')).toBe(path)
  })

  it('takes a Pod for its own template', () => {
    const pod = object('{ kind: Pod, metadata: { name: shop }, spec: { containers: [{ name: shop }] } }')
    expect(podTemplate(pod)).toBe(pod)
    expect(podPath(pod, 'spec.volumes')).toBe('spec.volumes')
  })

  it.each(['{ kind: Service, spec: { ports: [] } }', '{ kind: Deployment }', '{ kind: Deployment, spec: { template: text } }', 'null'])(
    'finds none in %s',
    (yaml) => {
      expect(podTemplate(object(yaml))).toBeNull()
      expect(podSpec(object(yaml))).toEqual({})
    },
  )
})

describe('containers', () => {
  const job = object(`kind: Deployment
metadata: { name: shop }
spec:
  template:
    spec:
      initContainers: [{ name: migrate, image: a }, { name: proxy, restartPolicy: Always }]
      containers: [{ name: shop, image: b }]`)

  it('gives those that run as long as the pod, each with its place', () => {
    expect(containers(job, 'resources')).toEqual([
      { name: 'shop', image: 'b', object: 'Deployment/shop', path: 'spec.template.spec.containers[0].resources', init: false },
      {
        name: 'proxy',
        restartPolicy: 'Always',
        object: 'Deployment/shop',
        path: 'spec.template.spec.initContainers[1].resources',
        init: true,
      },
    ])
  })

  it('gives all of them where init containers matter', () => {
    expect(allContainers(job).map(({ name, path }) => [name, path])).toEqual([
      ['shop', 'spec.template.spec.containers[0]'],
      ['migrate', 'spec.template.spec.initContainers[0]'],
      ['proxy', 'spec.template.spec.initContainers[1]'],
    ])
  })
})

describe('workloads', () => {
  it('says what runs pods, where, and on which ports', () => {
    const found = workloads(
      objects(`kind: Deployment
metadata: { name: shop, namespace: other }
spec: { template: { metadata: { labels: { app: shop } }, spec: { containers: [{ ports: [{ containerPort: 53, protocol: UDP, name: dns }] }] } } }
---
kind: Pod
metadata: { name: single }
spec: { containers: [{ name: one }] }
---
kind: ConfigMap
metadata: { name: settings }`),
      'shop',
    )
    expect(found).toMatchObject([
      { object: 'Deployment/shop', namespace: 'other', labels: { app: 'shop' }, ports: [{ name: 'dns', port: 53, protocol: 'UDP' }] },
      { object: 'Pod/single', namespace: 'shop', labels: {}, ports: [] },
    ])
    expect(found).toHaveLength(2)
  })
})
