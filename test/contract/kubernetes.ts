import { describe } from 'vitest'
import { applyContract } from './kubernetes/apply.ts'
import { claimsContract } from './kubernetes/claims.ts'
import { filledInContract } from './kubernetes/filled-in.ts'
import { identityContract } from './kubernetes/identity.ts'
import { nodePortsContract } from './kubernetes/node-ports.ts'
import { podsContract } from './kubernetes/pods.ts'
import type { ContractWorld } from './world.ts'

/** What adapters/kubernetes and deploy-to-kubernetes rely on. */
export function kubernetesContract(world: () => ContractWorld): void {
  describe('kubernetes', () => {
    identityContract(world)
    applyContract(world)
    podsContract(world)
    nodePortsContract(world)
    claimsContract(world)
    filledInContract(world)
  })
}
