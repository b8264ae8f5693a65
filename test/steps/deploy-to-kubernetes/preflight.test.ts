import { describe, expect, test } from 'vitest'
import { ProblemError } from '../../../src/domain/problem.ts'
import { deployToKubernetes } from '../../../src/steps/deploy-to-kubernetes.ts'
import type { DeploySpec } from '../../../src/steps/deploy-to-kubernetes/spec.ts'
import { FakeWorld } from '../../fakes/ports/world.ts'
import { MANIFESTS } from '../manifests.ts'
import { contextIn, CUSTOM, DEFINITION } from './previewed.ts'

describe('preflight', () => {
  test('asks for what apply and undo need, of each kind', async () => {
    const world = new FakeWorld()
    world.kubernetes.denied.add('delete ingresses').add('list pods')
    const failed = (await deployToKubernetes.preflight(contextIn(world))).filter((each) => each.verdict === 'fail')
    expect(failed.map((each) => each.what)).toEqual([
      'may delete ingresses.networking.k8s.io in namespace default',
      'may list pods in namespace default',
    ])
    expect(failed[0]?.problem).toMatchObject({
      code: 'kubernetes-right-missing',
      next: expect.arrayContaining(['kubectl auth can-i delete ingresses.networking.k8s.io -n default']),
    })
  })

  test('a kind that the cluster does not serve is found, once, unless a definition of the plan comes before it', async () => {
    const files = {
      'manifests/a.yaml': `${CUSTOM}---\n${CUSTOM.replace('name: site', 'name: other')}`,
      'definitions/crd.yaml': DEFINITION,
    }
    const failed = async (context: ReturnType<typeof contextIn>) =>
      (await deployToKubernetes.preflight(context)).filter(({ verdict }) => verdict === 'fail')
    const context = contextIn(new FakeWorld(), files)
    expect(await failed(context)).toMatchObject([
      { what: 'the cluster knows the kind VerticalPodAutoscaler', problem: { code: 'kind-not-served', location: { line: 1 } } },
    ])
    expect(await failed({ ...context, spec: { ...context.spec, whenMissing: 'skip' } })).toEqual([])
    const step = { gates: [], onFailure: 'pause', location: { file: 'plan.yaml', line: 1, column: 1 } } as const
    const crds = { ...step, id: 'definitions', kind: 'deploy-to-kubernetes', spec: { manifests: 'definitions' } as DeploySpec }
    const withCrds = { ...context.plan, steps: [crds, { ...crds, id: context.step, spec: context.spec }] }
    expect(await failed({ ...context, plan: withCrds })).toEqual([])
    expect(await failed({ ...context, plan: { ...withCrds, steps: withCrds.steps.toReversed() } })).toHaveLength(1)
  })

  test('a pull secret that is not there, or cannot be seen, is a warning', async () => {
    const world = new FakeWorld()
    const files = {
      'manifests/site.yaml':
        MANIFESTS['manifests/site.yaml']?.replace('containers:', 'imagePullSecrets: [{ name: registry }], containers:') ?? '',
    }
    const codes = async () => (await deployToKubernetes.preflight(contextIn(world, files))).map((each) => each.problem?.code)
    expect(await codes()).toEqual([undefined, 'pull-secret-missing'])
    const get = world.kubernetes.get.bind(world.kubernetes)
    world.kubernetes.get = async (reference) => {
      if (reference.kind === 'Secret') throw new ProblemError({ code: 'forbidden', summary: 'forbidden', next: [], effect: 'no' })
      return get(reference)
    }
    expect(await codes()).toEqual([undefined, 'pull-secret-unseen'])
    world.kubernetes.get = get
    world.kubernetes.create({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'registry', namespace: 'default' } })
    expect(await codes()).toEqual([undefined, undefined])
  })

  test('an IngressClass that the cluster lacks is a warning; one that may not be read is not talked about', async () => {
    const world = new FakeWorld()
    const files = { 'manifests/ingress.yaml': INGRESS }
    const preflight = async () => (await deployToKubernetes.preflight(contextIn(world, files))).slice(1)
    expect(await preflight()).toMatchObject([
      { verdict: 'warn', problem: { code: 'ingress-class-missing', summary: expect.stringContaining('IngressClass nginx') } },
    ])
    const get = world.kubernetes.get.bind(world.kubernetes)
    world.kubernetes.get = async (reference) => {
      if (reference.kind === 'IngressClass') throw new ProblemError({ code: 'forbidden', summary: 'forbidden', next: [], effect: 'no' })
      return get(reference)
    }
    expect(await preflight()).toEqual([])
    world.kubernetes.get = get
    world.kubernetes.create({ apiVersion: 'networking.k8s.io/v1', kind: 'IngressClass', metadata: { name: 'nginx' } })
    expect(await preflight()).toEqual([{ what: 'the cluster has IngressClass nginx', verdict: 'pass' }])
  })

  test('a node port that another Service has, wherever, is refused by name; its own is no clash, and what may not be listed is said', async () => {
    const world = new FakeWorld()
    const preflight = async () => (await deployToKubernetes.preflight(contextIn(world, { 'manifests/service.yaml': ON_NODES }))).slice(1)
    expect(await preflight()).toEqual([{ what: 'node port 30080 is free for Service default/site', verdict: 'pass' }])
    const service = (name: string, namespace: string, nodePort: number) =>
      world.kubernetes.create({
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name, namespace },
        spec: { ports: [{ port: 80, nodePort }] },
      })
    service('site', 'default', 30_080)
    service('other', 'elsewhere', 30_081)
    expect(await preflight()).toMatchObject([{ verdict: 'pass' }])
    world.kubernetes.objects.clear()
    service('other', 'elsewhere', 30_080)
    expect(await preflight()).toMatchObject([
      {
        verdict: 'fail',
        problem: { code: 'node-port-in-use', summary: 'Service default/site asks for node port 30080, which Service elsewhere/other has' },
      },
    ])
    world.kubernetes.list = async () => {
      throw new ProblemError({ code: 'forbidden', summary: 'forbidden', next: [], effect: 'no' })
    }
    expect(await preflight()).toMatchObject([{ verdict: 'warn', problem: { code: 'node-ports-unseen' } }])
  })
})

const ON_NODES = `apiVersion: v1
kind: Service
metadata: { name: site }
spec: { type: NodePort, selector: { app: site }, ports: [{ port: 80, nodePort: 30080 }] }
`

const INGRESS = `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: site }
spec: { ingressClassName: nginx, rules: [{ host: www.example.org }] }
`
