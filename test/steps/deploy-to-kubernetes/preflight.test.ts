import { describe, expect, test } from 'vitest'
import { ProblemError } from '../../../src/domain/problem.ts'
import { deployToKubernetes } from '../../../src/steps/deploy-to-kubernetes.ts'
import { FakeWorld } from '../../fakes/ports/world.ts'
import { MANIFESTS } from '../manifests.ts'
import { contextIn } from './previewed.ts'

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
})

const INGRESS = `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: site }
spec: { ingressClassName: nginx, rules: [{ host: www.example.org }] }
`
