import type { LabContext, LabKubernetes } from '../contract.ts'
import { reconcile } from './controllers/reconcile.ts'
import { answer } from './handler.ts'
import { answerIngress } from './ingress.ts'
import type { KubernetesWorld } from './world.ts'

export type { DeniedRight, KubernetesWorld, KubernetesWorldOptions, LabCustomResource, LabToken } from './world.ts'
export { initialKubernetesWorld, LAB_TOKEN } from './world.ts'

/**
 * An API server with its controllers, and the cluster's Traefik, over a world of plain data. Whenever somebody asks, the controllers
 * first do all that is due by the clock; a change is reported before the answer goes out.
 */
export function createLabKubernetes(world: KubernetesWorld, context: LabContext): LabKubernetes {
  const now = (): number => context.clock.now()

  /** Runs at one moment and reports what it changed, also what only the controllers did. */
  function during<T>(work: () => T): T {
    const before = world.resourceVersion
    reconcile({ world, now: now(), faults: context.faults })
    const result = work()
    if (world.resourceVersion !== before) context.changed()
    return result
  }

  return {
    handler: async (request) => {
      const response = during(() => answer(world, request, now()))
      return { ...response, headers: { date: new Date(now()).toUTCString(), ...response.headers } }
    },
    ingress: (request) => during(() => answerIngress(world, request)),
  }
}
