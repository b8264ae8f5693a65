import { describe, expect, test } from 'vitest'
import type { KubernetesObject, Readiness } from '../../../src/domain/ports/index.ts'
import { deployToKubernetes } from '../../../src/steps/deploy-to-kubernetes.ts'
import { inOrder } from '../../../src/steps/deploy-to-kubernetes/order.ts'
import type { DeployNote } from '../../../src/steps/deploy-to-kubernetes/record.ts'
import { undoDeploy } from '../../../src/steps/deploy-to-kubernetes/undo.ts'
import { problemOf, problemsOf } from '../problem-of.ts'
import { chartWorld, CHART, SHOP } from './charts.ts'

const ORDER = [['Secret/tokens'], ['Deployment'], ['Service/web']]
const READY: Readiness = { status: 'current', reason: 'ready', evidence: [] }
const WAITING: Readiness = { status: 'in-progress', reason: '0 of 2 ready', evidence: ['pod web-1: pulling'] }
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
async function ordered() {
  const { world, context } = chartWorld(SHOP, { ...CHART, order: ORDER })
  const diary: string[] = []
  world.kubernetes.beforeApply = ({ kind }) => void diary.push(kind)
  const { changes, undoRecord } = await deployToKubernetes.preview(context, [])
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
      if (waiting.length === 3) world.kubernetes.readinessOf.set('Deployment', READY)
    }
    await deployToKubernetes.apply({ ...context, progress }, undoRecord, note, [])
    const line = 'ConfigMap Secret Deployment: waiting for group 2 to be ready: Deployment default/web: 0 of 2 ready'
    expect(waiting).toEqual([line, line, line])
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

  test('one that is never ready is waited for five minutes', async () => {
    const { world, apply } = await ordered()
    world.kubernetes.readinessOf.set('Deployment', WAITING)
    const began = world.clock.monotonic()
    expect(await problemOf(apply())).toMatchObject({
      code: 'group-not-ready',
      summary: expect.stringContaining('was not ready within 5 minutes'),
    })
    expect(world.clock.monotonic() - began).toBe(300_000)
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
