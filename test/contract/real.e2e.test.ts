import { afterAll, beforeAll, describe } from 'vitest'
import { title, whyNoWorld } from '../e2e/world/tools/possible.ts'
import { hostContract, hostUsersContract } from './host.ts'
import { httpContract } from './http.ts'
import { kubernetesContract } from './kubernetes.ts'
import { nomadContract } from './nomad.ts'
import type { RunningContractWorld } from './real/world.ts'
import { startRealWorld } from './real/world.ts'
import { traefikContract } from './traefik.ts'

const reason = await whyNoWorld()

describe.skipIf(reason !== undefined)(title('real servers keep the contract:', reason), () => {
  let world: RunningContractWorld
  beforeAll(async () => {
    world = await startRealWorld()
  })
  afterAll(() => world?.stop())

  kubernetesContract(() => world)
  nomadContract(() => world)
  traefikContract(() => world)
  hostContract(() => world)
  hostUsersContract(() => world)
  httpContract(() => world)
})
