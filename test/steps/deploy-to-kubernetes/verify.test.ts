import { describe, expect, test } from 'vitest'
import { ProblemError } from '../../../src/domain/problem.ts'
import { deployToKubernetes } from '../../../src/steps/deploy-to-kubernetes.ts'
import { FakeWorld } from '../../fakes/ports/world.ts'
import { existing, previewed } from './previewed.ts'

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

  test('an object that was ready before, and was never updated, is not what the step is about', async () => {
    const world = new FakeWorld()
    world.kubernetes.create(existing({ minReadySeconds: 3 }))
    const { apply, context, record, notes } = await previewed(world)
    world.kubernetes.readinessOf.set('Deployment', { status: 'current', reason: 'it is ready', evidence: [] })
    const [first, ...others] = record.objects
    expect(first && others.length).toBe(2)
    expect(
      await deployToKubernetes.verify(context, { objects: record.objects.filter(({ before }) => before !== null) }, notes),
    ).toMatchObject({
      verdict: 'fail',
      side: 'new',
      reason: expect.stringContaining('Deployment default/site'),
    })
    await apply()
    expect(await deployToKubernetes.verify(context, record, notes)).toMatchObject({ verdict: 'pass' })
  })

  test('what cannot be seen is not ready', async () => {
    const { world, context, record } = await previewed()
    world.kubernetes.readiness = () =>
      Promise.reject(new ProblemError({ code: 'unreachable', summary: 'no answer', next: [], effect: 'no' }))
    expect(await deployToKubernetes.verify(context, record, [])).toMatchObject({ verdict: 'inconclusive' })
  })
})
