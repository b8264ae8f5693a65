import { afterAll, beforeAll, describe } from 'vitest'
import { hostContract } from './host.ts'
import { httpContract } from './http.ts'
import { kubernetesContract } from './kubernetes.ts'
import type { RunningContractWorld } from './lab/world.ts'
import { startLabWorld } from './lab/world.ts'
import { nomadContract } from './nomad.ts'
import { traefikContract } from './traefik.ts'

describe('the lab keeps the contract:', () => {
  let world: RunningContractWorld
  beforeAll(async () => {
    world = await startLabWorld()
  })
  afterAll(() => world?.stop())

  kubernetesContract(() => world)
  nomadContract(() => world)
  traefikContract(() => world)
  hostContract(() => world)
  httpContract(() => world)
})
