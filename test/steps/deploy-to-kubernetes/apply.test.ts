import { describe, expect, test } from 'vitest'
import { deployToKubernetes } from '../../../src/steps/deploy-to-kubernetes.ts'
import { FakeWorld } from '../../fakes/ports/world.ts'
import { problemOf, problemsOf } from '../problem-of.ts'
import { DEPLOYMENT, previewed, existing } from './previewed.ts'

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

  describe('neighbours of one kind', () => {
    const service = (name: string): string =>
      `apiVersion: v1\nkind: Service\nmetadata: { name: ${name} }\nspec: { ports: [{ port: 80 }] }\n`
    const SERVICES = { 'manifests/services.yaml': ['one', 'two', 'three'].map(service).join('---\n') }

    test('go side by side', async () => {
      const { world, apply, notes } = await previewed(new FakeWorld(), SERVICES)
      const original = world.kubernetes.apply.bind(world.kubernetes)
      let underWay = 0
      let most = 0
      world.kubernetes.apply = async (...asked) => {
        most = Math.max(most, ++underWay)
        await Promise.resolve()
        underWay--
        return original(...asked)
      }
      await apply()
      expect(most).toBe(3)
      expect(notes).toHaveLength(3)
    })

    test('one that is refused ends it when the others are done and noted: something was changed', async () => {
      const { world, apply, notes, undo } = await previewed(new FakeWorld(), SERVICES)
      world.kubernetes.create({ apiVersion: 'v1', kind: 'Service', metadata: { name: 'one', namespace: 'default' } })
      expect(await problemOf(apply())).toMatchObject({ code: 'object-appeared', effect: 'unknown' })
      expect(notes.map(({ did }) => did)).toEqual(['created', 'created'])
      await undo()
      expect([...world.kubernetes.objects.keys()]).toEqual(['Service default/one'])
    })

    test('where all of them are refused nothing was changed, and each is told', async () => {
      const { world, apply } = await previewed(new FakeWorld(), SERVICES)
      for (const name of ['one', 'two', 'three'])
        world.kubernetes.create({ apiVersion: 'v1', kind: 'Service', metadata: { name, namespace: 'default' } })
      const problems = await problemsOf(apply())
      expect(problems.map(({ effect }) => effect)).toEqual(['no', 'no', 'no'])
    })

    test('a mistake of ours beside a refusal is told as what it is', async () => {
      const { world, apply } = await previewed(new FakeWorld(), SERVICES)
      world.kubernetes.beforeApply = ({ metadata }) => {
        if (metadata.name === 'two') throw new TypeError('a mistake')
      }
      await expect(apply()).rejects.toThrow(TypeError)
    })
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
