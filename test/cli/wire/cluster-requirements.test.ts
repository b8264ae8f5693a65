import { describe, expect, test } from 'vitest'
import { checkRequirements } from '../../../src/cli/wire/cluster-requirements.ts'
import type { JsonObject } from '../../../src/domain/json.ts'
import type { ClusterRequirements } from '../../../src/domain/plan.ts'
import { createFakeClock } from '../../fakes/clock.ts'
import { FakeKubernetes } from '../../fakes/ports/kubernetes.ts'

const NODE = { apiVersion: 'v1', kind: 'Node' }
const CLASS = { apiVersion: 'networking.k8s.io/v1', kind: 'IngressClass' }
const METRICS = { apiVersion: 'metrics.k8s.io/v1beta1', kind: 'NodeMetrics' }

function clusterWith(...objects: readonly JsonObject[]): FakeKubernetes {
  const kubernetes = new FakeKubernetes(createFakeClock())
  for (const [index, each] of objects.entries())
    kubernetes.objects.set(String(index), each as JsonObject & typeof NODE & { metadata: { name: string } })
  return kubernetes
}

const node = (name: string, { ready = 'True', cordoned = false, cpu = '2', memory = '4Gi' } = {}): JsonObject => ({
  ...NODE,
  metadata: { name },
  spec: cordoned ? { unschedulable: true } : {},
  status: { allocatable: { cpu, memory }, conditions: [{ type: 'Ready', status: ready }] },
})

async function codes(kubernetes: FakeKubernetes, requires: ClusterRequirements, version = 'v1.34.2+k3s1'): Promise<readonly string[]> {
  const findings = await checkRequirements(kubernetes, version, requires)
  return findings.map((each) => each.problem?.code ?? each.verdict)
}

describe('the version', () => {
  test.each([
    ['v1.34.2+k3s1', '>=1.28', 'pass'],
    ['v1.28.0', '>=1.28', 'pass'],
    ['v1.9.3', '>=1.28', 'cluster-too-old'],
    ['something', '>=1.28', 'cluster-too-old'],
  ])('%s against %s: %s', async (version, range, code) => expect(await codes(clusterWith(), { version: range }, version)).toEqual([code]))
})

describe('what nodes can give', () => {
  const requires = { cpu: 4, memoryBytes: 8 * 2 ** 30 }

  test('is summed over ready nodes', async () => expect(await codes(clusterWith(node('a'), node('b')), requires)).toEqual(['pass', 'pass']))

  test.each([{ ready: 'False' }, { ready: 'Unknown' }, { cordoned: true }, { cpu: '1900m' }])(
    'a node with %o does not count as far as it cannot give',
    async (weak) => expect(await codes(clusterWith(node('a'), node('b', weak)), requires)).toContain('cluster-too-small'),
  )

  test('no node is no pass', async () => expect(await codes(clusterWith(), requires)).toEqual(['cluster-too-small', 'cluster-too-small']))
})

describe('an Ingress controller', () => {
  const traefik = { ...CLASS, metadata: { name: 'traefik' } }

  test('any class will do, or the one that is named', async () => {
    expect(await codes(clusterWith(traefik), { ingressController: true })).toEqual(['pass'])
    expect(await codes(clusterWith(traefik), { ingressController: 'traefik' })).toEqual(['pass'])
    expect(await codes(clusterWith(traefik), { ingressController: 'nginx' })).toEqual(['ingress-controller-missing'])
    expect(await codes(clusterWith(), { ingressController: true })).toEqual(['ingress-controller-missing'])
  })
})

describe('metrics-server', () => {
  test('is there when it answers, not when it is only registered', async () => {
    const kubernetes = clusterWith({ ...METRICS, metadata: { name: 'a' } })
    expect(await codes(kubernetes, { metricsServer: true })).toEqual(['metrics-server-missing'])
    kubernetes.kinds.set(`${METRICS.apiVersion} ${METRICS.kind}`, { ...METRICS, plural: 'nodes', namespaced: false })
    expect(await codes(kubernetes, { metricsServer: true })).toEqual(['pass'])
    kubernetes.objects.clear()
    expect(await codes(kubernetes, { metricsServer: true })).toEqual(['metrics-server-missing'])
  })
})
