import { expect, it } from 'vitest'
import { hostNamespaces, hostPaths, hostPorts } from '../../../src/policies/functions/host.ts'
import { object } from './objects.ts'

const SPEC = `hostPID: true, hostNetwork: false, volumes: [{ name: a, hostPath: { path: /srv } }, { name: b, emptyDir: {} }],
  initContainers: [{ name: init, ports: [{ containerPort: 1, hostPort: 81 }] }], containers: [{ name: app, ports: [{ containerPort: 80 }] }]`
const CRON = object(`{ kind: CronJob, metadata: { name: c }, spec: { jobTemplate: { spec: { template: { spec: { ${SPEC} } } } } } }`)
const POD = object(`{ kind: Pod, metadata: { name: p }, spec: { ${SPEC} } }`)

it('says which namespaces of the node a pod shares', () => {
  expect(hostNamespaces(CRON)).toEqual([
    { object: 'CronJob/c', path: 'spec.jobTemplate.spec.template.spec.hostNetwork', field: 'hostNetwork', shared: false },
    { object: 'CronJob/c', path: 'spec.jobTemplate.spec.template.spec.hostPID', field: 'hostPID', shared: true },
    { object: 'CronJob/c', path: 'spec.jobTemplate.spec.template.spec.hostIPC', field: 'hostIPC', shared: false },
  ])
  expect(hostNamespaces(POD)[1]).toMatchObject({ path: 'spec.hostPID', shared: true })
  expect(hostNamespaces(object('{ kind: Service, metadata: { name: s } }'))).toEqual([])
})

it('says which ports of the node containers take', () => {
  expect(hostPorts(POD)).toEqual([
    { object: 'Pod/p', path: 'spec.containers[0].ports[0].hostPort', container: 'app', hostPort: 0 },
    { object: 'Pod/p', path: 'spec.initContainers[0].ports[0].hostPort', container: 'init', hostPort: 81 },
  ])
})

it('says which volumes are the node’s own', () => {
  expect(hostPaths(POD)).toEqual([
    { object: 'Pod/p', path: 'spec.volumes[0].hostPath', name: 'a', onHost: true },
    { object: 'Pod/p', path: 'spec.volumes[1].hostPath', name: 'b', onHost: false },
  ])
})
