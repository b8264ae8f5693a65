import { describe, expect, test } from 'vitest'
import { ProblemError } from '../../../src/domain/problem.ts'
import { deployToKubernetes } from '../../../src/steps/deploy-to-kubernetes.ts'
import { previewDeploy } from '../../../src/steps/deploy-to-kubernetes/preview.ts'
import { FakeWorld } from '../../fakes/ports/world.ts'
import { contextIn, DEPLOYMENT, existing } from './previewed.ts'

/** A world with one object of the step there, and which kinds were asked about without being applied. */
function asking() {
  const world = new FakeWorld()
  world.kubernetes.create(existing({ replicas: 2 }))
  const apply = world.kubernetes.apply.bind(world.kubernetes)
  let asked: string[] = []
  world.kubernetes.apply = (object, choice) => {
    if (choice?.dryRun === true) asked.push(object.kind)
    return apply(object, choice)
  }
  const context = contextIn(world)
  const preview = async (runId = context.runId) => {
    asked = []
    const given = await previewDeploy({ ...context, runId }, [])
    return { ...given, asked: asked.join(' ') }
  }
  return { world, context, preview }
}

const ALL = 'Service Deployment Ingress'

describe('what the server would make of an object', () => {
  test('is asked once for the preview that is shown and the one right before the effect, which says the same', async () => {
    const { preview, world } = asking()
    const shown = await preview('preview')
    expect(shown.asked).toBe(ALL)
    const before = await preview()
    expect(before.asked).toBe('')
    expect(before).toMatchObject({ changes: shown.changes, basis: shown.basis, warnings: shown.warnings })
    // As if it had been asked.
    const fresh = await previewDeploy(contextIn(cloned(world)), [])
    expect(before.undoRecord).toEqual(fresh.undoRecord)
  })

  test('is asked by the preflight already, whose answers the preview that follows has; what was refused then is asked again, and told', async () => {
    const { world, context, preview } = asking()
    const apply = world.kubernetes.apply.bind(world.kubernetes)
    let asked = ''
    world.kubernetes.apply = (object, choice) => {
      asked += `${object.kind} `
      if (object.kind === 'Service') throw new ProblemError({ code: 'refused', summary: 'no such port', next: [] })
      return apply(object, choice)
    }
    expect((await deployToKubernetes.preflight(context)).every(({ verdict }) => verdict !== 'fail')).toBe(true)
    expect(asked.trim().split(' ').toSorted()).toEqual(ALL.split(' ').toSorted())
    asked = ''
    await expect(preview()).rejects.toMatchObject({ problem: { code: 'refused' } })
    expect(asked.trim()).toBe('Service')
  })

  test('is asked again about what has changed, come or gone since', async () => {
    const { preview, world } = asking()
    await preview()
    world.kubernetes.edit(DEPLOYMENT, { spec: { minReadySeconds: 7 } })
    const after = await preview()
    expect(after.asked).toBe('Deployment')
    expect(after.changes.find(({ object }) => object === 'Deployment default/site')).toMatchObject({
      after: { spec: { minReadySeconds: 7 } },
    })
    world.kubernetes.create({ apiVersion: 'v1', kind: 'Service', metadata: { name: 'site', namespace: 'default' } })
    expect((await preview()).asked).toBe('Service')
    world.kubernetes.objects.delete('Service default/site')
    expect((await preview()).asked).toBe('Service')
    expect((await preview()).asked).toBe('')
  })

  test('is asked again after a while: a person may take an hour to answer a question', async () => {
    const { preview, world } = asking()
    await preview()
    await world.clock.sleep(5_001)
    expect((await preview()).asked).toBe(ALL)
  })

  test('is asked again after an effect of ours, forward or back', async () => {
    const { preview, context } = asking()
    const { undoRecord } = await preview()
    await deployToKubernetes.apply(context, { objects: [] }, async () => {}, [])
    expect((await preview()).asked).toBe(ALL)
    if ('apply' in deployToKubernetes.undo) await deployToKubernetes.undo.apply(context, { objects: [] }, [], async () => {})
    const again = await preview()
    expect(again.asked).toBe(ALL)
    expect(again.undoRecord).toEqual(undoRecord)
  })

  test('is asked anew about another object of the same name', async () => {
    const { world } = asking()
    const files = (image: string) => ({
      'manifests/site.yaml': `apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: site }\nspec: { replicas: 2, template: { spec: { containers: [{ name: site, image: '${image}' }] } } }\n`,
    })
    await previewDeploy(contextIn(world, files('site:1')), [])
    const { changes } = await previewDeploy(contextIn(world, files('site:2')), [])
    expect(JSON.stringify(changes)).toContain('site:2')
  })
})

/** The same objects behind another port. */
function cloned({ kubernetes }: FakeWorld): FakeWorld {
  const world = new FakeWorld()
  for (const [key, object] of kubernetes.objects) world.kubernetes.objects.set(key, object)
  return world
}
