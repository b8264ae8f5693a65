import { describe, expect, test } from 'vitest'
import type { KubernetesObject } from '../../src/domain/ports/index.ts'
import { ProblemError } from '../../src/domain/problem.ts'
import { deployToKubernetes } from '../../src/steps/deploy-to-kubernetes.ts'
import type { DeployNote, DeploySpec } from '../../src/steps/deploy-to-kubernetes/record.ts'
import { undoDeploy } from '../../src/steps/deploy-to-kubernetes/undo.ts'
import { fakeFiles } from '../fakes/ports/files.ts'
import { FakeWorld } from '../fakes/ports/world.ts'
import { contextOf } from './context.ts'
import { MANIFESTS } from './manifests.ts'
import { problemOf, problemsOf } from './problem-of.ts'

const SPEC: DeploySpec = { manifests: 'manifests' }
const DEPLOYMENT = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'site', namespace: 'default' }
const CUSTOM = 'apiVersion: autoscaling.k8s.io/v1\nkind: VerticalPodAutoscaler\nmetadata: { name: site }\n'
const DEFINITION = `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: verticalpodautoscalers.autoscaling.k8s.io }
spec:
  group: autoscaling.k8s.io
  scope: Namespaced
  names: { kind: VerticalPodAutoscaler, plural: verticalpodautoscalers }
  versions: [{ name: v1 }]
`

function contextIn(world: FakeWorld, files: Readonly<Record<string, string>> = MANIFESTS, spec: DeploySpec = SPEC) {
  return contextOf(world.ports, spec, { files: fakeFiles(files) })
}

/** A world, the step previewed in it, and its notes. */
async function previewed(world = new FakeWorld(), files: Readonly<Record<string, string>> = MANIFESTS, spec: DeploySpec = SPEC) {
  const context = contextIn(world, files, spec)
  const { undoRecord: record, ...preview } = await deployToKubernetes.preview(context, [])
  const notes: DeployNote[] = []
  const note = async (value: DeployNote): Promise<void> => void notes.push(value)
  const apply = () => deployToKubernetes.apply(context, record, note, notes)
  const undo = () => undoDeploy.apply(context, record, notes, note)
  return { world, context, preview, record, notes, apply, undo }
}

const existing = (spec: Readonly<Record<string, unknown>>, metadata: Readonly<Record<string, unknown>> = {}): KubernetesObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'site', namespace: 'default', ...metadata },
  spec,
})
const scaler = (namespace = 'default') => ({
  apiVersion: 'autoscaling/v2',
  kind: 'HorizontalPodAutoscaler',
  metadata: { name: 'site', namespace },
  spec: { scaleTargetRef: { kind: 'Deployment', name: 'site' } },
})

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
      if (world.kubernetes.objects.size > 0) world.kubernetes.kinds.set('autoscaling.k8s.io/v1 VerticalPodAutoscaler', served)
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

  test('a namespace that nobody creates is a problem; one that comes makes objects uncheckable, not broken', async () => {
    const spec = { ...SPEC, namespace: 'shop' }
    expect(await problemsOf(deployToKubernetes.preview(contextIn(new FakeWorld(), MANIFESTS, spec), []))).toContainEqual(
      expect.objectContaining({ code: 'namespace-missing' }),
    )
    const predicted = [{ system: 'kubernetes', object: 'Namespace shop', action: 'create' as const }]
    const later = await deployToKubernetes.preview(contextIn(new FakeWorld(), MANIFESTS, spec), predicted)
    expect(later.changes).toMatchObject([{ notCheckable: 'not checkable yet: Namespace shop is created first' }, {}, {}])
    const own = { ...MANIFESTS, 'manifests/namespace.yaml': '{apiVersion: v1, kind: Namespace, metadata: {name: shop}}' }
    const { preview, apply, undo, context, record, notes, world } = await previewed(new FakeWorld(), own, spec)
    expect(preview.changes.map((each) => each.notCheckable !== undefined)).toEqual([false, true, true, true])
    await apply()
    await undo()
    expect([...world.kubernetes.objects.keys()]).toEqual(['Namespace /shop'])
    expect(await undoDeploy.verify(context, record, notes)).toMatchObject({
      verdict: 'pass',
      evidence: [expect.stringContaining('Namespace shop stays')],
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

describe('apply', () => {
  test('marks every object and notes every UID at once', async () => {
    const { world, apply, notes } = await previewed()
    await apply()
    expect(notes).toMatchObject([
      { did: 'created', reference: { kind: 'Service' }, uid: expect.stringMatching(/^uid/) },
      { reference: { kind: 'Deployment' } },
      { reference: { kind: 'Ingress' } },
    ])
    expect(await world.kubernetes.get(DEPLOYMENT)).toMatchObject({
      metadata: { annotations: { 'jmc-migrate/run': 'run-12345678', 'jmc-migrate/step': 'the-step' } },
    })
  })

  test('an object that appeared since is left alone', async () => {
    const { world, apply, undo } = await previewed()
    world.kubernetes.create(existing({ replicas: 2 }))
    expect(await problemOf(apply())).toMatchObject({ code: 'object-appeared', effect: 'unknown' })
    await undo()
    expect(await world.kubernetes.get(DEPLOYMENT)).toMatchObject({ spec: { replicas: 2 } })
    expect(world.kubernetes.objects.size).toBe(1)
  })

  test('when somebody is faster by a moment our fields are given back', async () => {
    const { world, apply, undo } = await previewed()
    const theirs = existing({ minReadySeconds: 9 })
    let done = false
    world.kubernetes.beforeApply = ({ kind }) => {
      if (kind !== 'Deployment' || done) return
      done = true
      world.kubernetes.create(theirs)
    }
    expect(await problemOf(apply())).toMatchObject({ code: 'object-appeared' })
    const object = await world.kubernetes.get(DEPLOYMENT)
    expect(object).toMatchObject({ spec: { minReadySeconds: 9, replicas: 1 } })
    expect(object?.metadata.annotations).toBeUndefined()
    expect(object?.metadata.managedFields).toHaveLength(1)
    await undo()
    expect(await world.kubernetes.get(DEPLOYMENT)).toMatchObject({ spec: { minReadySeconds: 9 } })
  })

  test('the very first refusal changed nothing, and says so', async () => {
    const { world, apply } = await previewed()
    world.kubernetes.create({ apiVersion: 'v1', kind: 'Service', metadata: { name: 'site', namespace: 'default' } })
    expect(await problemOf(apply())).toMatchObject({ code: 'object-appeared', effect: 'no' })
  })

  test('an object that was made anew since is not the one that was looked at', async () => {
    const world = new FakeWorld()
    world.kubernetes.create(existing({ replicas: 2 }))
    const { apply, context, record } = await previewed(world)
    world.kubernetes.objects.delete('Deployment default/site')
    world.kubernetes.create(existing({ replicas: 2 }))
    expect(await problemOf(apply())).toMatchObject({ code: 'object-replaced' })
    expect(await deployToKubernetes.settle(context, record, [])).toMatchObject({ status: 'foreign' })
  })
})

describe('settle', () => {
  test('none, partial, done', async () => {
    const { world, apply, context, record, notes } = await previewed()
    expect(await deployToKubernetes.settle(context, record, [])).toEqual({ status: 'none' })
    await apply()
    expect(await deployToKubernetes.settle(context, record, notes)).toEqual({ status: 'done' })
    world.kubernetes.objects.delete('Ingress default/site')
    expect(await deployToKubernetes.settle(context, record, notes)).toMatchObject({
      status: 'partial',
      reason: '2 of 3 objects are applied',
    })
  })

  test("another run's object of the same name is foreign", async () => {
    const { world, context, record } = await previewed()
    world.kubernetes.create(existing({}, { annotations: { 'jmc-migrate/run': 'another', 'jmc-migrate/step': 'the-step' } }))
    expect(await deployToKubernetes.settle(context, record, [])).toMatchObject({
      status: 'foreign',
      reason: expect.stringContaining('Deployment default/site'),
    })
  })
})

describe('undo', () => {
  test('deletes no object that somebody made anew under the same name', async () => {
    const { world, apply, undo, context, record, notes } = await previewed()
    await apply()
    world.kubernetes.objects.delete('Deployment default/site')
    world.kubernetes.create(existing({ replicas: 4 }))
    await undo()
    expect([...world.kubernetes.objects.keys()]).toEqual(['Deployment default/site'])
    expect(await undoDeploy.verify(context, record, notes)).toMatchObject({
      verdict: 'pass',
      evidence: [expect.stringContaining('not this run')],
    })
  })

  test('a field that somebody changed after us keeps their value, ours go back', async () => {
    const world = new FakeWorld()
    world.kubernetes.create(existing({ minReadySeconds: 3 }, { labels: { app: 'site' } }))
    const { apply, undo } = await previewed(world)
    await apply()
    world.kubernetes.edit(DEPLOYMENT, { spec: { replicas: 9 } })
    await undo()
    const object = await world.kubernetes.get(DEPLOYMENT)
    expect(object).toMatchObject({ spec: { replicas: 9 }, metadata: { labels: { app: 'site' } } })
    expect(object?.['spec']).not.toHaveProperty('template')
    expect(object?.metadata.annotations).toBeUndefined()
  })

  test('a claim on storage stays, and that is said', async () => {
    const files = { 'manifests/claim.yaml': '{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: data}}' }
    const { world, apply, undo, context, record, notes } = await previewed(new FakeWorld(), files)
    await apply()
    await undo()
    expect(world.kubernetes.objects.size).toBe(1)
    expect(await undoDeploy.verify(context, record, notes)).toMatchObject({
      verdict: 'pass',
      evidence: [expect.stringContaining('PersistentVolumeClaim default/data stays')],
    })
    expect(undoDeploy.manual(context, record, notes)).toEqual([])
  })

  test('waits until a deleted object is gone, but not for ever', async () => {
    const { world, apply, undo } = await previewed()
    await apply()
    world.kubernetes.deletionMs = 30_000
    await undo()
    expect(world.kubernetes.objects.size).toBe(0)
    const again = await previewed(world)
    await again.apply()
    world.kubernetes.deletionMs = 1e9
    expect(await problemOf(again.undo())).toMatchObject({ code: 'object-not-gone', effect: 'unknown' })
  })

  test('controllers that write all the time do not stop it', async () => {
    const world = new FakeWorld()
    world.kubernetes.create(existing({ replicas: 2, minReadySeconds: 3 }), 'legacy')
    for (const [key, object] of world.kubernetes.objects)
      world.kubernetes.objects.set(key, { ...object, metadata: { ...object.metadata, managedFields: [] } })
    const { apply, undo } = await previewed(world)
    await apply()
    const mergePatch = world.kubernetes.mergePatch.bind(world.kubernetes)
    let left = 3
    world.kubernetes.mergePatch = async (...values) => (left-- > 0 ? 'outdated' : mergePatch(...values))
    await undo()
    expect(left).toBeLessThan(0)
    expect(await world.kubernetes.get(DEPLOYMENT)).toMatchObject({ spec: { replicas: 2, minReadySeconds: 3 } })
  })
})

describe('verify', () => {
  test.each([
    ['current', 'pass'],
    ['in-progress', 'pending'],
    ['not-found', 'pending'],
    ['terminating', 'pending'],
    ['failed', 'fail'],
  ] as const)('%s is %s', async (status, verdict) => {
    const { world, apply, context, record, notes } = await previewed()
    await apply()
    world.kubernetes.readinessOf.set('Deployment', { status, reason: 'because', evidence: ['pod site-1'] })
    const seen = await deployToKubernetes.verify(context, record, notes)
    expect(seen).toMatchObject(
      verdict === 'pass'
        ? { verdict, reason: 'the 3 objects of step the-step are ready' }
        : { verdict, side: 'new', reason: 'Deployment default/site: because', evidence: ['pod site-1'] },
    )
    const [standing] = deployToKubernetes.standing?.(context, record, notes) ?? []
    expect(await standing?.observe()).toEqual(seen)
  })

  test('what cannot be seen is not ready', async () => {
    const { world, context, record } = await previewed()
    world.kubernetes.readiness = () =>
      Promise.reject(new ProblemError({ code: 'unreachable', summary: 'no answer', next: [], effect: 'no' }))
    expect(await deployToKubernetes.verify(context, record, [])).toMatchObject({ verdict: 'inconclusive' })
  })
})

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
})

test('hosts come from Ingresses and IngressRoutes', async () => {
  const files = {
    ...MANIFESTS,
    'manifests/route.yaml':
      'apiVersion: traefik.io/v1alpha1\nkind: IngressRoute\nmetadata: { name: r }\nspec: { routes: [{ match: "Host(`r.example.org`)" }] }\n',
  }
  const hosts = await deployToKubernetes.hosts?.(SPEC, fakeFiles(files))
  expect(hosts).toEqual([
    { host: 'r.example.org', where: 'IngressRoute r (manifests/route.yaml:1)' },
    { host: 'www.example.org', where: 'Ingress site (manifests/site.yaml:1)' },
  ])
})

test('the bundle holds the objects as YAML, those from before too', async () => {
  const world = new FakeWorld()
  world.kubernetes.create(existing({ replicas: 2, minReadySeconds: 3 }))
  const { context, record } = await previewed(world)
  const files = (await deployToKubernetes.restoreFiles?.(context, record)) ?? []
  expect(files.map((each) => each.path)).toEqual([
    'kubernetes/default-service-site.yaml',
    'kubernetes/default-deployment-site.yaml',
    'kubernetes-before/default-deployment-site.yaml',
    'kubernetes/default-ingress-site.yaml',
  ])
  expect(new TextDecoder().decode(files[2]?.bytes)).toContain('minReadySeconds: 3')
})
