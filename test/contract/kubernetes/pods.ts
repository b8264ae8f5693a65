import { describe, expect, it } from 'vitest'
import type { ContractWorld, PodKind } from '../world.ts'
import { eventually } from '../world.ts'
import { deployment, ingress, referenceTo, service } from './objects.ts'

/** The readiness that deploy-to-kubernetes and kubernetes-ready wait for, and the reasons that they give (facts: Kubernetes 1, 3; Traefik 17). */
export function podsContract(world: () => ContractWorld): void {
  const operator = () => world().kubernetes.as('operator')
  const start = async (name: string, kind: PodKind) => {
    const object = deployment(name, world().kubernetes.pod(kind))
    await operator().apply(object)
    return object
  }
  const readiness = (name: string) => operator().readiness(referenceTo(deployment(name, {})))
  const remove = async (name: string): Promise<void> => {
    const live = await operator().get(referenceTo(deployment(name, {})))
    await operator().delete(referenceTo(deployment(name, {})), live?.metadata.uid ?? '')
  }

  describe('pods', () => {
    it('that work make a Deployment ready, then its Service; the Ingress is 404 without a ready endpoint', async () => {
      const [name, host] = ['website', 'website.contract.test']
      for (const object of [service(name), ingress(name, host)]) await operator().apply(object)
      expect(await operator().readiness(referenceTo(service(name)))).toMatchObject({ status: 'in-progress' })
      expect(await world().kubernetes.visit(host)).toMatchObject({ ok: true, status: 404, body: '404 page not found\n' })

      await start(name, 'works')
      expect(['in-progress', 'current']).toContain((await readiness(name)).status)
      await eventually(
        world(),
        () => readiness(name),
        (seen) => expect(seen).toMatchObject({ status: 'current', reason: '1 of 1 replicas available' }),
      )
      await eventually(
        world(),
        () => operator().readiness(referenceTo(service(name))),
        (seen) => expect(seen.status).toBe('current'),
      )
      await eventually(
        world(),
        () => world().kubernetes.visit(host),
        (seen) => expect(seen).toMatchObject({ ok: true, status: 200 }),
      )
      expect(await world().kubernetes.visit('other.contract.test')).toMatchObject({ ok: true, status: 404 })

      await operator().apply(deployment(name, world().kubernetes.pod('works'), 0))
      await eventually(
        world(),
        () => world().kubernetes.visit(host),
        (seen) => expect(seen).toMatchObject({ ok: true, status: 404 }),
      )
      expect(await readiness(name)).toMatchObject({ status: 'failed', reason: expect.stringContaining('0 replicas') })
      await remove(name)
    })

    it('that end with an error are told as crashing, with the exit code', async () => {
      await start('crashing', 'crashes')
      const seen = await eventually(
        world(),
        () => readiness('crashing'),
        ({ status }) => expect(status).toBe('failed'),
      )
      expect(seen.reason).toMatch(/^container website of pod crashing-\S+ crashes again and again: exit code 1 \(Error\)$/)
      expect(seen.evidence.join('\n')).toMatch(/CrashLoopBackOff: \d+ restarts/)
      await remove('crashing')
    })

    it('whose image does not exist are told so, at the first try and while the node backs off', async () => {
      await start('imageless', 'image-absent')
      const seen = await eventually(
        world(),
        () => readiness('imageless'),
        ({ status }) => expect(status).toBe('failed'),
      )
      expect(seen.reason).toMatch(/image \S+ does not exist in its registry$/)
      expect(seen.evidence.join('\n')).toMatch(/(ErrImagePull|ImagePullBackOff): .*not found/)
      const later = await eventually(
        world(),
        () => readiness('imageless'),
        ({ evidence }) => expect(evidence.join('\n')).toMatch(/ImagePullBackOff: Back-off pulling image ".*": ErrImagePull: .*not found/),
      )
      expect(later.status).toBe('failed')
      await remove('imageless')
    })

    it('that no node takes are waited for, and told after a while', async () => {
      await start('homeless', 'unschedulable')
      const first = await eventually(
        world(),
        () => readiness('homeless'),
        ({ evidence }) => expect(evidence.join()).toContain('Unschedulable'),
      )
      // As long as a new node is given to join (facts: Kubernetes 3).
      await world().clock.sleep(14_000)
      expect(first.evidence.join()).toMatch(/0\/1 nodes are available: 1 node\(s\) didn't match Pod's node affinity\/selector/)
      const last = await eventually(
        world(),
        () => readiness('homeless'),
        ({ status }) => expect(status).toBe('failed'),
      )
      expect(last.reason).toMatch(/^no node takes pod homeless-/)
      await remove('homeless')
    })

    // An undo waits for the objects that it deleted to be gone, and visitors are gone before.
    it('go with their Deployment, which stays until they are gone', async () => {
      const object = await start('leaving', 'works')
      await eventually(
        world(),
        () => readiness('leaving'),
        ({ status }) => expect(status).toBe('current'),
      )
      const live = await operator().get(referenceTo(object))
      expect(await operator().delete(referenceTo(object), live?.metadata.uid ?? '')).toBe('deleted')
      await eventually(
        world(),
        () => readiness('leaving'),
        ({ status }) => expect(status).toBe('not-found'),
      )
      const pods = await operator().list({ apiVersion: 'v1', kind: 'Pod' }, { labelSelector: 'app=leaving' })
      expect(pods).toEqual([])
    })
  })
}
