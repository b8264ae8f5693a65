import { describe, expect, it } from 'vitest'
import type { KubernetesObject } from '../../../src/domain/ports/kubernetes.ts'
import type { ContractWorld } from '../world.ts'
import { referenceTo } from './objects.ts'

const AUTOSCALER: KubernetesObject = {
  apiVersion: 'autoscaling/v2',
  kind: 'HorizontalPodAutoscaler',
  metadata: { name: 'filled-in' },
  spec: {
    scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'filled-in' },
    maxReplicas: 3,
    metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 70 } } }],
    behavior: { scaleDown: { stabilizationWindowSeconds: 300 } },
  },
}
const POLICY: KubernetesObject = {
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: { name: 'filled-in' },
  spec: { podSelector: {}, egress: [{ to: [{ podSelector: {} }], ports: [{ port: 53 }] }] },
}

/** What the server adds is no change of ours: a preview of what is there already says "unchanged". */
export function filledInContract(world: () => ContractWorld): void {
  describe('what the server fills in', () => {
    it.each([
      [
        AUTOSCALER,
        {
          minReplicas: 1,
          behavior: {
            scaleDown: {
              selectPolicy: 'Max',
              stabilizationWindowSeconds: 300,
              policies: [{ type: 'Percent', value: 100, periodSeconds: 15 }],
            },
            scaleUp: {
              selectPolicy: 'Max',
              stabilizationWindowSeconds: 0,
              policies: [
                { type: 'Pods', value: 4, periodSeconds: 15 },
                { type: 'Percent', value: 100, periodSeconds: 15 },
              ],
            },
          },
        },
      ],
      [POLICY, { policyTypes: ['Ingress', 'Egress'], egress: [{ ports: [{ port: 53, protocol: 'TCP' }] }] }],
    ])('$kind', async (object, added) => {
      const kubernetes = world().kubernetes.as('operator')
      await kubernetes.apply(object)
      const live = await kubernetes.get(referenceTo(object))
      expect(live?.['spec']).toMatchObject(added)
      const again = await kubernetes.apply(object, { dryRun: true })
      expect(again.outcome === 'configured' && again.object['spec']).toEqual(live?.['spec'])
      await kubernetes.delete(referenceTo(object), live?.metadata.uid ?? '')
    })
  })
}
