import { describe, expect, test } from 'vitest'
import { ProblemError } from '../../../src/domain/problem.ts'
import type { Observed } from '../../../src/steps/deploy-to-kubernetes/observe-object.ts'
import { waitingLook } from '../../../src/steps/deploy-to-kubernetes/waiting-look.ts'
import { FakeWorld } from '../../fakes/ports/world.ts'
import { contextIn } from './previewed.ts'

const WEB = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web', namespace: 'default' }
const SERVICE = { apiVersion: 'v1', kind: 'Service', name: 'web', namespace: 'default' }
const SECRET = { apiVersion: 'v1', kind: 'Secret', name: 'tokens', namespace: 'default' }

/** Three objects of which the Deployment is not ready, a wait for them, and the kinds whose readiness was asked for. */
function waiting() {
  const world = new FakeWorld()
  const { kubernetes, clock } = world
  const objects = [SECRET, SERVICE, WEB]
  for (const { apiVersion, kind, name, namespace } of objects) kubernetes.create({ apiVersion, kind, metadata: { name, namespace } })
  const is = (kind: string, status: 'current' | 'in-progress' | 'failed', reason: string): void =>
    void kubernetes.readinessOf.set(kind, { status, reason, evidence: [] })
  is('Deployment', 'in-progress', '0 of 1 ready')
  const readiness = kubernetes.readiness.bind(kubernetes)
  let asked: string[] = []
  kubernetes.readiness = (reference) => {
    asked.push(reference.kind)
    return readiness(reference)
  }
  const looking = waitingLook(
    contextIn(world),
    objects.map((reference): Observed => ({ reference })),
  )
  const look = async () => {
    asked = []
    const seen = await looking()
    return { seen, asked: asked.join(' ') }
  }
  /** Its controller writes a new status. */
  const write = (replicas: number): void => kubernetes.edit(WEB, { status: { replicas } }, 'controller')
  return { world, clock, is, look, write }
}

const ALL = 'Secret Service Deployment'
const PENDING = { verdict: 'pending', reason: 'Deployment default/web: 0 of 1 ready' }

describe('looks while waiting', () => {
  test('a workload that is as it was is not ready, and nobody else is asked', async () => {
    const { look } = waiting()
    expect(await look()).toMatchObject({ seen: PENDING, asked: ALL })
    expect(await look()).toMatchObject({ seen: PENDING, asked: 'Deployment' }) // its version was not known
    expect(await look()).toMatchObject({ seen: PENDING, asked: '' })
  })

  test('one that has changed is looked at, and all of them once it is ready', async () => {
    const { look, write, is } = waiting()
    await look()
    write(1)
    is('Deployment', 'in-progress', '1 of 2 ready')
    expect(await look()).toMatchObject({
      seen: { verdict: 'pending', reason: 'Deployment default/web: 1 of 2 ready' },
      asked: 'Deployment',
    })
    write(2)
    is('Deployment', 'current', 'ready')
    is('Service', 'in-progress', 'no endpoint')
    expect(await look()).toMatchObject({
      seen: { verdict: 'pending', reason: 'Service default/web: no endpoint' },
      asked: `Deployment ${ALL}`,
    })
    is('Service', 'current', 'ready')
    expect(await look()).toMatchObject({ seen: { verdict: 'pass' }, asked: ALL })
  })

  test('one whose controller counts all replicas is not looked at alone first, and is not taken for ready by that', async () => {
    const { look, is, world } = waiting()
    const counts = (availableReplicas: number): void =>
      world.kubernetes.edit(WEB, { spec: { replicas: 2 }, status: { availableReplicas, updatedReplicas: 2 } }, 'controller')
    await look()
    counts(1)
    expect(await look()).toMatchObject({ seen: PENDING, asked: 'Deployment' })
    counts(2)
    expect(await look()).toMatchObject({ seen: PENDING, asked: ALL })
    counts(2)
    is('Deployment', 'current', 'ready')
    expect(await look()).toMatchObject({ seen: { verdict: 'pass' }, asked: ALL })
  })

  test('what fails beside it is seen within a second', async () => {
    const { look, clock, is } = waiting()
    await look()
    await look()
    is('Service', 'failed', 'broken')
    expect(await look()).toMatchObject({ seen: PENDING })
    await clock.sleep(1_000)
    expect(await look()).toMatchObject({ seen: { verdict: 'fail', reason: 'Service default/web: broken' }, asked: ALL })
  })

  test('what fails itself without a change is seen within a second, and at once where it changes', async () => {
    const { look, clock, is, write } = waiting()
    await look()
    await look()
    is('Deployment', 'failed', 'crash loop')
    expect(await look()).toMatchObject({ seen: PENDING })
    await clock.sleep(1_000)
    expect((await look()).seen.verdict).toBe('fail')
    const other = waiting()
    await other.look()
    write(1)
    other.is('Deployment', 'failed', 'crash loop')
    expect((await other.look()).seen.verdict).toBe('fail')
  })

  test('one that is gone or cannot be read is nothing to go by: all are asked', async () => {
    const { look, world } = waiting()
    await look()
    world.kubernetes.get = () => Promise.reject(new ProblemError({ code: 'unreachable', summary: 'no answer', next: [] }))
    expect(await look()).toMatchObject({ asked: ALL })
    const gone = waiting()
    await gone.look()
    gone.world.kubernetes.objects.delete('Deployment default/web')
    expect(await gone.look()).toMatchObject({ seen: { reason: 'Deployment default/web: it does not exist' }, asked: ALL })
  })

  test('where no workload is waited for all are asked each time', async () => {
    const { look, is } = waiting()
    is('Deployment', 'current', 'ready')
    is('Service', 'in-progress', 'no endpoint')
    expect(await look()).toMatchObject({ asked: ALL })
    expect(await look()).toMatchObject({ asked: ALL })
  })
})
