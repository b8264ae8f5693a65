import { describe } from 'vitest'
import { applyContract } from './kubernetes/apply.ts'
import { identityContract } from './kubernetes/identity.ts'
import { podsContract } from './kubernetes/pods.ts'
import type { ContractWorld } from './world.ts'

/** What adapters/kubernetes and deploy-to-kubernetes rely on. */
export function kubernetesContract(world: () => ContractWorld): void {
  describe('kubernetes', () => {
    identityContract(world)
    applyContract(world)
    podsContract(world)
  })
}
