import type { Plan } from '../../../src/domain/plan.ts'
import type { DynamicConfig, EdgePort, EdgeRouter } from '../../../src/domain/ports/edge.ts'
import type { Ports } from '../../../src/domain/ports/index.ts'
import { createSelfAdvancingClock } from '../../fakes/clock.ts'

const absent = (): never => {
  throw new Error('this world has no such target')
}

/** A plan of which only the edge is there to be checked. */
export const PLAN: Plan = {
  name: 'small',
  path: 'plan.yaml',
  text: 'name: small',
  targets: { hosts: {}, edge: { host: 'h', dynamicConfig: '/d.yml', api: 'http://x', write: 'exchange' } },
  states: ['before', 'after'],
  steps: [],
  singleWriter: false,
}

/** Ports with an edge that has this file and runs these routers. */
export function portsOf(config: DynamicConfig, routers: readonly EdgeRouter[]): Ports {
  const edge: Pick<EdgePort, 'describe' | 'read' | 'routers'> = {
    describe: async () => ({ host: 'h', version: '3', api: 'http://x', dynamicConfig: '/d.yml', write: 'exchange', visitors: undefined }),
    read: async () => config,
    routers: async () => routers,
  }
  return {
    clock: createSelfAdvancingClock(),
    randomHex: () => 'abcd',
    visitor: { ask: absent },
    kubernetes: new Proxy({} as Ports['kubernetes'], { get: absent }),
    nomad: new Proxy({} as Ports['nomad'], { get: absent }),
    edge: { ...new Proxy({} as EdgePort, {}), ...edge },
  }
}
