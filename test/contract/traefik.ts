import { describe } from 'vitest'
import { catalogContract } from './traefik/catalog.ts'
import { failoverContract } from './traefik/failover.ts'
import { fileContract } from './traefik/file.ts'
import { metricsContract } from './traefik/metrics.ts'
import { portionsContract } from './traefik/portions.ts'
import { routersContract } from './traefik/routers.ts'
import { winnerContract } from './traefik/winner.ts'
import type { ContractWorld } from './world.ts'

/** What adapters/traefik, switch-traefik-route and the gates traefik-route and canary-analysis rely on. */
export function traefikContract(world: () => ContractWorld): void {
  describe('traefik', () => {
    routersContract(world)
    winnerContract(world)
    fileContract(world)
    catalogContract(world)
    portionsContract(world)
    failoverContract(world)
    metricsContract(world)
  })
}
