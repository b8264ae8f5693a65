import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import type { JsonObject } from '../../../src/domain/json.ts'
import { ProblemError } from '../../../src/domain/problem.ts'
import { deployToKubernetes } from '../../../src/steps/deploy-to-kubernetes.ts'
import { undoDeploy } from '../../../src/steps/deploy-to-kubernetes/undo.ts'
import { FakeWorld } from '../../fakes/ports/world.ts'
import { MANIFESTS } from '../manifests.ts'
import { problemOf, problemsOf } from '../problem-of.ts'
import { DEPLOYMENT, CUSTOM, DEFINITION, contextIn, previewed, existing, scaler, SPEC } from './previewed.ts'

describe('preview', () => {
  test('creates in the order that objects need each other, in the namespace of the target, without our marks', async () => {
    const { preview } = await previewed()
    expect(preview.changes.map((each) => `${each.action} ${each.object}`)).toEqual([
      'create Service default/site',
      'create Deployment default/site',
      'create Ingress default/site',
    ])
    expect(JSON.stringify(preview.changes)).not.toContain('jmc-migrate')
    expect(preview.basis).toContainEqual({ name: 'kubernetes Deployment default/site', value: 'absent' })
  })

  test('two previews of the same world are the same, whatever the server draws by lot', async () => {
    const world = new FakeWorld()
    const first = await previewed(world)
    expect((await previewed(world)).preview).toEqual(first.preview)
  })

  test('an existing object is an update with its old and new fields, and its managers are named', async () => {
    const world = new FakeWorld()
    world.kubernetes.create(
      existing({ replicas: 2, minReadySeconds: 3 }, { annotations: { 'meta.helm.sh/release-name': 'x' } }),
      'terraform-provider',
    )
    const { preview } = await previewed(world)
    expect(preview.changes.find((each) => each.object === 'Deployment default/site')).toMatchObject({
      action: 'update',
      before: { spec: { minReadySeconds: 3 } },
      after: { spec: { minReadySeconds: 3, template: {} } },
      remarks: [expect.stringContaining('exists already'), 'also managed by Helm', 'also managed by Terraform'],
    })
    expect(preview.warnings).toEqual([expect.stringContaining('Helm'), expect.stringContaining('Terraform')])
  })

  test('a field that another manager owns is a conflict, named with both', async () => {
    const world = new FakeWorld()
    world.kubernetes.create(existing({ replicas: 7 }), 'flux')
    expect(await problemOf(deployToKubernetes.preview(contextIn(world), []))).toMatchObject({
      code: 'field-conflict',
      summary: 'flux owns fields of Deployment default/site that the manifest would change',
      details: [expect.stringContaining('.spec.replicas')],
      effect: 'no',
    })
  })

  test.each(['in the cluster', 'among the manifests'])(
    'replicas are not sent where an autoscaler %s owns them, and are no basis',
    async (where) => {
      const world = new FakeWorld()
      world.kubernetes.create(existing({ replicas: 7 }), 'kube-controller-manager')
      if (where === 'in the cluster') world.kubernetes.create(scaler())
      const files = where === 'in the cluster' ? MANIFESTS : { ...MANIFESTS, 'manifests/hpa.yaml': JSON.stringify(scaler()) }
      const first = await previewed(world, files)
      expect(JSON.stringify(first.record.objects.map((each) => each.applied))).not.toContain('replicas')
      world.kubernetes.edit(DEPLOYMENT, { spec: { replicas: 9 } }, 'kube-controller-manager')
      expect((await previewed(world, files)).preview.basis).toEqual(first.preview.basis)
    },
  )

  test('an autoscaler of the same name in another namespace is none of ours', async () => {
    const world = new FakeWorld()
    world.kubernetes.namespaces.add('other')
    world.kubernetes.create(scaler('other'))
    const { record } = await previewed(world)
    expect(record.objects.find((each) => each.reference.kind === 'Deployment')?.applied).toMatchObject({ spec: { replicas: 2 } })
  })

  test('a kind that the cluster does not know: a problem, or left out with a warning', async () => {
    const files = { ...MANIFESTS, 'manifests/vpa.yaml': CUSTOM }
    expect(await problemOf(deployToKubernetes.preview(contextIn(new FakeWorld(), files), []))).toMatchObject({
      code: 'kind-not-served',
      summary: expect.stringContaining('VerticalPodAutoscaler'),
      next: expect.arrayContaining([expect.stringContaining('whenMissing: skip')]),
      location: { file: 'manifests/vpa.yaml', line: 1 },
    })
    const { preview, apply } = await previewed(new FakeWorld(), files, { ...SPEC, whenMissing: 'skip' })
    expect(preview.warnings).toEqual([expect.stringContaining('is left out')])
    expect(preview.changes).toHaveLength(3)
    await apply()
  })

  test('a kind that the manifests themselves make known is not checkable yet; it is applied when it is served', async () => {
    const world = new FakeWorld()
    const files = { 'manifests/all.yaml': `${CUSTOM}---\n${DEFINITION}` }
    const { preview, apply, undo } = await previewed(world, files)
    expect(preview.changes).toMatchObject([
      { object: expect.stringContaining('CustomResourceDefinition') },
      { object: 'VerticalPodAutoscaler default/site', notCheckable: expect.stringContaining('made known by this step') },
    ])
    const served = {
      apiVersion: 'autoscaling.k8s.io/v1',
      kind: 'VerticalPodAutoscaler',
      plural: 'verticalpodautoscalers',
      namespaced: true,
    }
    const kind = world.kubernetes.kind.bind(world.kubernetes)
    world.kubernetes.kind = async (apiVersion, name) => {
      if (world.kubernetes.objects.size === 0 || name !== served.kind) return kind(apiVersion, name)
      // As an API server does for a moment: its list has the group, and nobody answers for it.
      if (!world.kubernetes.kinds.has('autoscaling.k8s.io/v1 VerticalPodAutoscaler')) {
        world.kubernetes.kinds.set('autoscaling.k8s.io/v1 VerticalPodAutoscaler', served)
        throw new ProblemError({ code: 'kubernetes-kind-listed-only', summary: 'not served', next: [], effect: 'no' })
      }
      return kind(apiVersion, name)
    }
    await apply()
    expect(world.kubernetes.objects.size).toBe(2)
    const foreign = { apiVersion: served.apiVersion, kind: served.kind, metadata: { name: 'somebody-else', namespace: 'default' } }
    world.kubernetes.create(foreign)
    await undo()
    expect([...world.kubernetes.objects.keys()]).toEqual([
      'CustomResourceDefinition /verticalpodautoscalers.autoscaling.k8s.io',
      'VerticalPodAutoscaler default/somebody-else',
    ])
  })

  test('a kind that a step before it makes known is not checkable yet either', async () => {
    const after = parse(DEFINITION) as JsonObject
    const predicted = [{ system: 'kubernetes', object: 'CustomResourceDefinition x', action: 'create' as const, after }]
    const preview = await deployToKubernetes.preview(contextIn(new FakeWorld(), { 'manifests/vpa.yaml': CUSTOM }), predicted)
    expect(preview.changes).toMatchObject([{ notCheckable: 'the kind VerticalPodAutoscaler is made known by a step before it' }])
  })

  test('a namespace that nobody creates is a problem; one that comes makes objects uncheckable, not broken', async () => {
    const spec = { ...SPEC, namespace: 'shop' }
    expect(await problemsOf(deployToKubernetes.preview(contextIn(new FakeWorld(), MANIFESTS, spec), []))).toContainEqual(
      expect.objectContaining({ code: 'namespace-missing' }),
    )
    const predicted = [{ system: 'kubernetes', object: 'Namespace shop', action: 'create' as const }]
    const later = await deployToKubernetes.preview(contextIn(new FakeWorld(), MANIFESTS, spec), predicted)
    expect(later.changes).toMatchObject([{ notCheckable: 'Namespace shop is created first' }, {}, {}])
    const own = { ...MANIFESTS, 'manifests/namespace.yaml': '{apiVersion: v1, kind: Namespace, metadata: {name: shop}}' }
    const { preview, apply, undo, context, record, notes, world } = await previewed(new FakeWorld(), own, spec)
    expect(preview.changes.map((each) => each.notCheckable !== undefined)).toEqual([false, true, true, true])
    await apply()
    expect(await undoDeploy.settle(context, record, notes)).toEqual({ status: 'none' })
    await undo()
    expect([...world.kubernetes.objects.keys()]).toEqual(['Namespace /shop'])
    expect(await undoDeploy.verify(context, record, notes)).toMatchObject({
      verdict: 'pass',
      left: [expect.stringContaining('Namespace shop stays')],
    })
  })

  test('a paused Deployment and an object that is being deleted are refused, both at once', async () => {
    const world = new FakeWorld()
    world.kubernetes.create({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'site', namespace: 'default', deletionTimestamp: 'now' },
    })
    const files = { ...MANIFESTS, 'manifests/site.yaml': MANIFESTS['manifests/site.yaml']?.replace('replicas: 2', 'paused: true') ?? '' }
    const codes = (await problemsOf(deployToKubernetes.preview(contextIn(world, files), []))).map((each) => each.code)
    expect(codes.toSorted()).toEqual(['deployment-paused', 'object-terminating'])
  })
})
