import type { Json, JsonObject } from '../../domain/json.ts'
import { objectOf, objectsOf, textOf } from './json.ts'
import { listStored } from './store.ts'
import type { KubernetesWorld } from './world.ts'

/** `--service-node-port-range` of the API server unless told. */
export const NODE_PORTS = { first: 30_000, last: 32_767 } as const

const isOnNodes = (spec: JsonObject): boolean => spec['type'] === 'NodePort' || spec['type'] === 'LoadBalancer'

/** Node ports of all Services but the one of that UID. */
export function takenNodePorts(world: KubernetesWorld, uid: string): ReadonlySet<number> {
  const others = listStored(world, { group: '', plural: 'services' }).filter((each) => textOf(objectOf(each['metadata'])['uid']) !== uid)
  return new Set(
    others.flatMap((each) =>
      objectsOf(objectOf(each['spec'])['ports']).flatMap(({ nodePort }) => (typeof nodePort === 'number' ? [nodePort] : [])),
    ),
  )
}

/** The Service's ports, each with a port on the nodes; undefined where its type has none. */
export function withNodePorts(spec: JsonObject, taken: ReadonlySet<number>): readonly Json[] | undefined {
  if (!isOnNodes(spec)) return undefined
  const used = new Set([...taken, ...objectsOf(spec['ports']).map(({ nodePort }) => nodePort)])
  return objectsOf(spec['ports']).map((port) => {
    if (typeof port['nodePort'] === 'number') return port
    const nodePort = firstFree(used)
    used.add(nodePort)
    return { ...port, nodePort }
  })
}

function firstFree(used: ReadonlySet<Json | undefined>): number {
  for (let port = NODE_PORTS.first; port <= NODE_PORTS.last; port++) if (!used.has(port)) return port
  throw new Error('the lab has no node port left')
}
