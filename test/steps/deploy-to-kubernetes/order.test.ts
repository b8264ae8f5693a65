import { describe, expect, test } from 'vitest'
import type { KubernetesObject, Readiness } from '../../../src/domain/ports/index.ts'
import { deployToKubernetes } from '../../../src/steps/deploy-to-kubernetes.ts'
import { inOrder } from '../../../src/steps/deploy-to-kubernetes/order.ts'
import { previewDeploy } from '../../../src/steps/deploy-to-kubernetes/preview.ts'
import type { DeployNote } from '../../../src/steps/deploy-to-kubernetes/record.ts'
import { undoDeploy } from '../../../src/steps/deploy-to-kubernetes/undo.ts'
import { problemOf, problemsOf } from '../problem-of.ts'
import { chartWorld, CHART, SHOP } from './charts.ts'

const ORDER = [['Secret/tokens'], ['Deployment'], ['Service/web']]
const READY: Readiness = { status: 'current', reason: 'ready', evidence: [] }
const WAITING: Readiness = { status: 'in-progress', reason: '0 of 2 ready', evidence: ['pod web-1: pulling'] }
const UNBOUND: Readiness = { status: 'in-progress', reason: 'the claim is Pending', evidence: ['ProvisioningFailed: no such class'] }
const CLAIM = 'apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: { name: data }\n'
const FAILED: Readiness = { status: 'failed', reason: 'crash loop', evidence: ['pod web-1: exit code 1'] }

const object = (kind: string, name = 'x'): { readonly object: KubernetesObject } => ({
  object: { apiVersion: 'v1', kind, metadata: { name } },
})
const kinds = (objects: ReturnType<typeof inOrder>): readonly string[] =>
  objects.map(
    (each) => `${'group' in each && each.group !== undefined ? `${each.group}: ` : ''}${each.object.kind}/${each.object.metadata.name}`,
  )

describe('the order of the applies', () => {
  test('by kind where the plan says nothing', () => {
    expect(
      kinds(
        inOrder(
          ['Ingress', 'Deployment', 'Secret', 'Namespace', 'Odd'].map((each) => object(each)),
          undefined,
        ),
      ),
    ).toEqual(['Namespace/x', 'Secret/x', 'Deployment/x', 'Ingress/x', 'Odd/x'])
  })

  test('namespaces and definitions, what pods only read, the groups, the rest', () => {
    const objects = [
      'Ingress',
      'HorizontalPodAutoscaler',
      'Service',
      'Deployment',
      'Job',
      'Secret',
      'ConfigMap',
      'Namespace',
      'CustomResourceDefinition',
    ]
    expect(
      kinds(
        inOrder(
          objects.map((each) => object(each)),
          [['Job'], ['Secret', 'Deployment']],
        ),
      ),
    ).toEqual([
      'Namespace/x',
      'CustomResourceDefinition/x',
      'ConfigMap/x',
      'Service/x',
      '1: Job/x',
      '2: Secret/x',
      '2: Deployment/x',
      'HorizontalPodAutoscaler/x',
      'Ingress/x',
    ])
  })

  test('an object that is named is meant before its kind, wherever either stands', () => {
    const objects = [object('Deployment', 'a'), object('Deployment', 'b'), object('Deployment', 'c')]
    expect(kinds(inOrder(objects, [['Deployment'], ['Deployment/b']]))).toEqual(['1: Deployment/a', '1: Deployment/c', '2: Deployment/b'])
  })

  describe('a Service whose group waits for pods', () => {
    const labels = { app: 'web' }
    const service = { object: { ...object('Service', 'web').object, spec: { selector: labels } } }
    const web = { object: { ...object('Deployment', 'web').object, spec: { template: { metadata: { labels } } } } }
    const other = object('Deployment', 'other')
    const all = [service, web, other]

    test.each([
      ['that come later', [['Service'], ['Deployment']]],
      ['that no group has', [['Service', 'Deployment/other']]],
    ])('%s can never be ready', async (_, order) => {
      expect((await problemsOf(Promise.resolve().then(() => inOrder(all, order)))).map(({ code }) => code)).toEqual([
        'order-cannot-be-ready',
      ])
    })

    test.each([
      ['in the same group', [['Service', 'Deployment']]],
      ['in an earlier one', [['Deployment'], ['Service']]],
      ['not named itself', [['Deployment']]],
      ['of nobody in the step', [['Service/nobody'], ['Deployment']]],
    ])('%s is no mistake', (_, order) => {
      expect(inOrder([...all, object('Service', 'nobody')], order)).toHaveLength(4)
    })
  })

  test('a namespace that is named is first all the same', () => {
    expect(kinds(inOrder([object('Namespace'), object('Secret')], [['Secret'], ['Namespace/x']]))).toEqual(['Namespace/x', '1: Secret/x'])
  })

  test('an item that names nothing, with the one that was meant, and one that is named twice: all at once', async () => {
    const context = chartWorld(SHOP, {
      ...CHART,
      order: [['Deployment/wbe', 'Secret/tokens'], ['Sercet'], ['Secret/tokens'], ['Xyz/nothing-like-it']],
    }).context
    const problems = await problemsOf(deployToKubernetes.preview(context, []))
    expect(problems.map((each) => [each.code, each.next[0]])).toEqual([
      ['order-names-nothing', 'did you mean Deployment/web?'],
      ['order-names-nothing', 'did you mean Secret?'],
      ['order-names-nothing', expect.stringContaining('it deploys ConfigMap/settings, Deployment/web')],
      ['order-names-twice', expect.any(String)],
    ])
  })
})

/** A world in which the step has been previewed, and a diary of what is applied and looked at. */
async function ordered(rendered = SHOP) {
  const { world, context } = chartWorld(rendered, { ...CHART, order: ORDER })
  const diary: string[] = []
  world.kubernetes.beforeApply = ({ kind }) => void diary.push(kind)
  const { changes, undoRecord } = await previewDeploy(context, [])
  const notes: DeployNote[] = []
  const note = async (value: DeployNote): Promise<void> => void notes.push(value)
  const apply = () => deployToKubernetes.apply(context, undoRecord, note, [...notes])
  return { world, context, diary, changes, undoRecord, notes, note, apply }
}

describe('groups', () => {
  test('the preview says whose turn it is when', async () => {
    const { changes } = await ordered()
    expect(changes.map((each) => [each.object, each.remarks])).toEqual([
      ['ConfigMap default/settings', undefined],
      ['Secret default/tokens', ['group 1 of 3']],
      ['Deployment default/web', ['group 2 of 3: begins when group 1 is ready']],
      ['Service default/web', ['group 3 of 3: begins when group 2 is ready']],
      ['Ingress default/web', undefined],
    ])
  })

  test('each is ready before the next begins', async () => {
    const { world, context, diary, undoRecord, note } = await ordered()
    world.kubernetes.readinessOf.set('Deployment', WAITING)
    const waiting: string[] = []
    const progress = (line: string): void => {
      if (!line.startsWith('waiting')) return
      waiting.push(`${diary.join(' ')}: ${line}`)
      world.kubernetes.readinessOf.set('Deployment', waiting.length === 1 ? { ...WAITING, reason: '1 of 2 ready' } : READY)
    }
    await deployToKubernetes.apply({ ...context, progress }, undoRecord, note, [])
    const line = 'ConfigMap Secret Deployment: waiting for group 2 to be ready: Deployment default/web:'
    expect(waiting).toEqual([`${line} 0 of 2 ready`, `${line} 1 of 2 ready`])
    expect(diary).toEqual(['ConfigMap', 'Secret', 'Deployment', 'Service', 'Ingress'])
  })

  test('one that fails for good ends it at once, with the evidence; what came before is undone', async () => {
    const { world, context, diary, apply, undoRecord, notes, note } = await ordered()
    world.kubernetes.readinessOf.set('Deployment', FAILED)
    const began = world.clock.monotonic()
    expect(await problemOf(apply())).toMatchObject({
      code: 'group-not-ready',
      summary: 'group 2 of step the-step has failed: Deployment default/web: crash loop',
      details: ['pod web-1: exit code 1'],
      effect: 'unknown',
    })
    expect(world.clock.monotonic() - began).toBeLessThan(1_000)
    expect(diary).toEqual(['ConfigMap', 'Secret', 'Deployment'])
    expect(await deployToKubernetes.settle(context, undoRecord, notes)).toMatchObject({ status: 'partial' })
    await undoDeploy.apply(context, undoRecord, notes, note)
    expect(world.kubernetes.objects.size).toBe(0)
  })

  test('a claim before it that does not bind is told too: it is what keeps the pods from starting', async () => {
    const { world, apply } = await ordered([...SHOP, ['templates/data.yaml', CLAIM]])
    world.kubernetes.readinessOf.set('Deployment', FAILED)
    world.kubernetes.readinessOf.set('PersistentVolumeClaim', UNBOUND)
    expect(await problemOf(apply())).toMatchObject({
      code: 'group-not-ready',
      summary: 'group 2 of step the-step has failed: Deployment default/web: crash loop',
      details: ['pod web-1: exit code 1', 'PersistentVolumeClaim default/data: the claim is Pending', 'ProvisioningFailed: no such class'],
    })
  })

  test('one that is never ready is waited for five minutes, or as long as the step has patience', async () => {
    const { world, context, undoRecord, note, apply } = await ordered()
    world.kubernetes.readinessOf.set('Deployment', WAITING)
    const began = world.clock.monotonic()
    expect(await problemOf(apply())).toMatchObject({
      code: 'group-not-ready',
      summary: expect.stringContaining('was not ready within 5m:'),
    })
    expect(world.clock.monotonic() - began).toBe(300_000)
    const patient = deployToKubernetes.apply({ ...context, patience: 900_000 }, undoRecord, note, [])
    expect(await problemOf(patient)).toMatchObject({ summary: expect.stringContaining('was not ready within 15m:') })
    expect(world.clock.monotonic() - began).toBe(1_200_000)
  })

  test('a stop ends the wait at once, the groups after it are not begun, and the next process goes on from there', async () => {
    const { world, context, diary, undoRecord, notes, note } = await ordered()
    world.kubernetes.readinessOf.set('Deployment', WAITING)
    const asked = new AbortController()
    const wish = new Error('stop')
    const progress = (line: string): void => {
      if (line.startsWith('waiting for group 2')) asked.abort(wish)
    }
    const began = world.clock.monotonic()
    await expect(deployToKubernetes.apply({ ...context, progress, stop: asked.signal }, undoRecord, note, [])).rejects.toBe(wish)
    expect(world.clock.monotonic() - began).toBeLessThan(1_000)
    expect(await deployToKubernetes.settle(context, undoRecord, notes)).toMatchObject({ status: 'partial' })
    expect(diary).toEqual(['ConfigMap', 'Secret', 'Deployment'])
    world.kubernetes.readinessOf.set('Deployment', READY)
    await deployToKubernetes.apply(context, undoRecord, note, [...notes])
    expect(diary).toEqual(['ConfigMap', 'Secret', 'Deployment', 'Service', 'Ingress'])
  })

  test('a stop that comes while a group is looked at ends it before the next, ready or not', async () => {
    const { context, diary, undoRecord, note } = await ordered()
    const stop = AbortSignal.abort()
    await expect(deployToKubernetes.apply({ ...context, stop }, undoRecord, note, [])).rejects.toBe(stop.reason)
    expect(diary).toEqual(['ConfigMap', 'Secret'])
  })

  test('a process that comes after a crash waits for the groups again, and applies nothing twice', async () => {
    const { world, diary, apply } = await ordered()
    world.kubernetes.readinessOf.set('Deployment', FAILED)
    await problemOf(apply())
    world.kubernetes.readinessOf.set('Deployment', READY)
    await apply()
    expect(diary).toEqual(['ConfigMap', 'Secret', 'Deployment', 'Service', 'Ingress'])
  })

  test('the undo goes the other way', async () => {
    const { context, apply, undoRecord, notes, note } = await ordered()
    await apply()
    const gone: string[] = []
    const progress = (line: string): void => {
      if (line.startsWith('deleting')) gone.push(line)
    }
    await undoDeploy.apply({ ...context, progress }, undoRecord, notes, note)
    expect(gone.map((line) => line.split(' ')[1])).toEqual(['Ingress', 'Service', 'Deployment', 'Secret', 'ConfigMap'])
  })
})
