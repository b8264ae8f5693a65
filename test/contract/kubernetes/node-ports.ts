import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../../../src/domain/json.ts'
import type { KubernetesObject } from '../../../src/domain/ports/kubernetes.ts'
import { problemOf } from '../problem.ts'
import type { ContractWorld } from '../world.ts'
import { referenceTo } from './objects.ts'

/** Previews of Services on the nodes rely on these: a port that is taken is refused by the dry run, before anything is touched. */
export function nodePortsContract(world: () => ContractWorld): void {
  const exposed = (name: string, ports: readonly JsonObject[], type = 'NodePort'): KubernetesObject => ({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name },
    spec: { type, selector: { app: name }, ports },
  })
  const refused = async (object: KubernetesObject, dryRun = true) =>
    (await problemOf(world().kubernetes.as('operator').apply(object, { dryRun }))).details?.join('\n') ?? ''

  describe('ports on the nodes', () => {
    it('one that is asked for is given, one that is not is made up, and neither is a change afterwards', async () => {
      const kubernetes = world().kubernetes.as('operator')
      const object = exposed('on-nodes', [
        { name: 'web', port: 80, nodePort: 30_123 },
        { name: 'more', port: 81 },
      ])
      await kubernetes.apply(object)
      const live = await kubernetes.get(referenceTo(object))
      expect(live?.['spec']).toMatchObject({
        type: 'NodePort',
        externalTrafficPolicy: 'Cluster',
        ports: [{ nodePort: 30_123 }, { nodePort: expect.toSatisfy((port: number) => port >= 30_000 && port <= 32_767) }],
      })
      const again = await kubernetes.apply(object, { dryRun: true })
      expect(again.outcome === 'configured' && again.object['spec']).toEqual(live?.['spec'])
      await kubernetes.delete(referenceTo(object), live?.metadata.uid ?? '')
    })

    it('one that another Service has is refused in words, also in a dry run', async () => {
      const kubernetes = world().kubernetes.as('operator')
      const first = exposed('first', [{ port: 80, nodePort: 30_124 }])
      await kubernetes.apply(first)
      expect(await refused(exposed('second', [{ port: 80, nodePort: 30_124 }]))).toContain('provided port is already allocated')
      expect(await refused(exposed('fourth', [{ port: 80, nodePort: 30_125 }], 'ClusterIP'))).toContain(
        "may not be used when `type` is 'ClusterIP'",
      )
      await kubernetes.delete(referenceTo(first), (await kubernetes.get(referenceTo(first)))?.metadata.uid ?? '')
    })

    it('one that no node gives is refused by the write; a dry run does not look at the range', async () => {
      const object = exposed('out-of-range', [{ port: 80, nodePort: 29_999 }])
      expect(await world().kubernetes.as('operator').apply(object, { dryRun: true })).toMatchObject({ outcome: 'created' })
      expect(await refused(object, false)).toContain('The range of valid ports is 30000-32767')
    })
  })
}
