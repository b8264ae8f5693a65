import { describe } from 'vitest'
import { blockingContract } from './nomad/blocking.ts'
import { jobLifeContract } from './nomad/job-life.ts'
import { registrationContract } from './nomad/registration.ts'
import { rightsContract } from './nomad/rights.ts'
import type { ContractWorld } from './world.ts'

/** What adapters/nomad and the steps stop-nomad-job and purge-nomad-job rely on. */
export function nomadContract(world: () => ContractWorld): void {
  describe('nomad', () => {
    rightsContract(world)
    registrationContract(world)
    jobLifeContract(world)
    blockingContract(world)
  })
}
