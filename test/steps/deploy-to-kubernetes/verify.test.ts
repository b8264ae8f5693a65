import { describe, expect, test } from 'vitest'
import { ProblemError } from '../../../src/domain/problem.ts'
import { deployToKubernetes } from '../../../src/steps/deploy-to-kubernetes.ts'
import { previewed } from './previewed.ts'

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
