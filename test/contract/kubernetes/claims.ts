import { describe, expect, it } from 'vitest'
import type { KubernetesObject } from '../../../src/domain/ports/kubernetes.ts'
import type { ContractWorld } from '../world.ts'
import { eventually } from '../world.ts'
import { referenceTo } from './objects.ts'

const claim = (name: string): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  metadata: { name },
  spec: { accessModes: ['ReadWriteOnce'], storageClassName: 'nobody-has-it', resources: { requests: { storage: '1Gi' } } },
})

/** The gate of a deploy tells why a claim never binds: from its events. */
export function claimsContract(world: () => ContractWorld): void {
  describe('claims', () => {
    it('one of a class that is not there waits, and an event says so', async () => {
      const kubernetes = world().kubernetes.as('operator')
      const object = claim('waits-for-ever')
      await kubernetes.apply(object)
      const seen = await eventually(
        world(),
        () => kubernetes.readiness(referenceTo(object)),
        (each) => expect(each.evidence).not.toEqual([]),
      )
      expect(seen.status).toBe('in-progress')
      expect(seen.evidence.join()).toContain('ProvisioningFailed: storageclass.storage.k8s.io "nobody-has-it" not found')
      await kubernetes.delete(referenceTo(object), (await kubernetes.get(referenceTo(object)))?.metadata.uid ?? '')
    })
  })
}
