import { describe, expect, test } from 'vitest'
import { ProblemError } from '../../../src/domain/problem.ts'
import { undoDeploy } from '../../../src/steps/deploy-to-kubernetes/undo.ts'
import { FakeWorld } from '../../fakes/ports/world.ts'
import { problemOf } from '../problem-of.ts'
import { DEFINITION, DEPLOYMENT, previewed, existing } from './previewed.ts'

describe('undo', () => {
  test('of a half apply has not begun before it has undone anything', async () => {
    const { world, apply, undo, context, record, notes } = await previewed()
    const send = world.kubernetes.apply.bind(world.kubernetes)
    let left = 2
    world.kubernetes.apply = async (object) => {
      if (left-- === 0) throw new ProblemError({ code: 'unreachable', summary: 'no answer', next: [], effect: 'unknown' })
      return send(object)
    }
    await expect(apply()).rejects.toThrow('no answer')
    expect(notes.filter(({ did }) => did === 'created')).toHaveLength(2)
    expect(await undoDeploy.settle(context, record, notes)).toEqual({ status: 'none' })
    const remove = world.kubernetes.delete.bind(world.kubernetes)
    world.kubernetes.delete = async (...asked) => {
      world.kubernetes.delete = async () => {
        throw new ProblemError({ code: 'refused', summary: 'no right', next: [], effect: 'no' })
      }
      return remove(...asked)
    }
    await expect(undo()).rejects.toThrow('no right')
    expect(await undoDeploy.settle(context, record, notes)).toMatchObject({ status: 'partial' })
  })

  test('deletes no object that somebody made anew under the same name', async () => {
    const { world, apply, undo, context, record, notes } = await previewed()
    await apply()
    world.kubernetes.objects.delete('Deployment default/site')
    world.kubernetes.create(existing({ replicas: 4 }))
    await undo()
    expect([...world.kubernetes.objects.keys()]).toEqual(['Deployment default/site'])
    expect(await undoDeploy.verify(context, record, notes)).toMatchObject({
      verdict: 'pass',
      left: [expect.stringContaining('not this run')],
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

  test('what is noted names the fields of a Secret, never what was in them', async () => {
    const world = new FakeWorld()
    const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'app', namespace: 'default' } }
    // By an earlier run: its fields are ours.
    await world.kubernetes.apply({ ...secret, data: { PASSWORD: 'b2xkLXNlY3JldA==' } })
    const files = { 'manifests/secret.yaml': '{apiVersion: v1, kind: Secret, metadata: {name: app}, data: {PASSWORD: bmV3LXNlY3JldA==}}' }
    const { apply, undo, notes } = await previewed(world, files)
    await apply()
    await undo()
    expect(await world.kubernetes.get({ ...secret, name: 'app', namespace: 'default' })).toMatchObject({
      data: { PASSWORD: 'b2xkLXNlY3JldA==' },
    })
    expect(notes).toContainEqual(expect.objectContaining({ did: 'restoring', fields: [['data', 'PASSWORD']] }))
    expect(JSON.stringify(notes)).not.toMatch(/b2xkLXNlY3JldA|bmV3LXNlY3JldA/)
  })

  test('a claim on storage stays, and that is said', async () => {
    const files = { 'manifests/claim.yaml': '{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: data}}' }
    const { world, apply, undo, context, record, notes } = await previewed(new FakeWorld(), files)
    await apply()
    await undo()
    expect(world.kubernetes.objects.size).toBe(1)
    expect(await undoDeploy.verify(context, record, notes)).toMatchObject({
      verdict: 'pass',
      left: [expect.stringContaining('PersistentVolumeClaim default/data stays')],
    })
    expect(undoDeploy.manual(context, record, notes)).toEqual([])
  })

  test.each([
    ['an API server that lags behind does not serve it yet', 'True', 1],
    ['its kind was never served', 'False', 0],
  ])('of a definition of a kind: %s', async (_name, established, left) => {
    const { world, apply, undo } = await previewed(new FakeWorld(), { 'manifests/definition.yaml': DEFINITION })
    await apply()
    const reference = {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      name: 'verticalpodautoscalers.autoscaling.k8s.io',
    }
    world.kubernetes.edit(reference, { status: { conditions: [{ type: 'Established', status: established }] } })
    await undo()
    expect(world.kubernetes.objects.size).toBe(left)
  })

  test('has begun where the last object is still on its way out', async () => {
    const { world, apply, undo, context, record, notes } = await previewed()
    await apply()
    expect(await undoDeploy.settle(context, record, notes)).toEqual({ status: 'none' })
    world.kubernetes.deletionMs = 1e9
    const get = world.kubernetes.get.bind(world.kubernetes)
    world.kubernetes.get = async (reference) => {
      const live = await get(reference)
      if (live?.metadata.deletionTimestamp !== undefined) throw new Error('the process died')
      return live
    }
    await expect(undo()).rejects.toThrow('the process died')
    world.kubernetes.get = get
    expect(await undoDeploy.settle(context, record, notes)).toMatchObject({ status: 'partial' })
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
