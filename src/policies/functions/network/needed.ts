import type { Topology } from '../topology.ts'
import type { Value } from '../value.ts'
import { fieldOf, listOf, numberOf, textOf } from '../value.ts'
import { isOnlyTold } from './addresses.ts'
import { flowsOfBrokenLinks } from './broken-links.ts'
import { callsOf } from './calls.ts'
import type { Call } from './calls.ts'
import { DNS, EDGE, OUTSIDE } from './flow.ts'
import type { NeededFlow } from './flow.ts'

/** Every flow once: the edge to what Ingresses and exposed Services name, workloads to whatever their settings address, what the plan declares, and DNS. */
export function neededFlows(topology: Topology): readonly NeededFlow[] {
  const calls = callsOf(topology)
  const flows = [...fromEdge(topology), ...fromOutside(topology), ...calls.flatMap(flowsOfCall), ...declared(topology.expects)]
  return distinct([...flows, ...toDns(topology, flows), ...flowsOfBrokenLinks(topology, calls)].filter(({ port }) => port !== 0))
}

/** The same flow for several reasons is one; a certain reason counts before an uncertain one. */
function distinct(flows: readonly NeededFlow[]): readonly NeededFlow[] {
  const byKey = new Map<string, NeededFlow>()
  for (const flow of flows) {
    const key = `${flow.from} ${flow.to} ${flow.port} ${flow.protocol}`
    const known = byKey.get(key)
    if (known === undefined || (flow.certain && !known.certain)) byKey.set(key, flow)
  }
  return [...byKey.values()]
}

function fromEdge({ paths }: Topology): readonly NeededFlow[] {
  return paths.flatMap(({ object, host, route, leadsTo }) => {
    const because = `${object} leads ${host}${route} there`
    return leadsTo.map(({ workload, port }) => ({ from: EDGE, to: workload, port, protocol: 'TCP', because, certain: true }))
  })
}

/** A Service that is open although the plan does not say so is judged elsewhere: opening its pods to the world is not the answer. */
function fromOutside({ services, expects }: Topology): readonly NeededFlow[] {
  const exposed = listOf(fieldOf(expects, 'exposed'))
  const open = services.filter(({ type }) => type === 'NodePort' || type === 'LoadBalancer')
  return open.flatMap(({ object, type, ports, protocol }) => {
    const because = `${object} is a ${type}`
    return ports.map(({ workload, port }) => ({ from: OUTSIDE, to: workload, port, protocol, because, certain: exposed.includes(object) }))
  })
}

function flowsOfCall({ object, key, by, host, port, service, ports }: Call): readonly NeededFlow[] {
  const because = `${key} in ${object} names it`
  if (service === '') return [{ from: by, to: host, port, protocol: 'TCP', because, certain: false }]
  return ports.flatMap(({ protocol, ports: leads }) =>
    leads.map(({ workload, port: target }) => {
      const certain = !isOnlyTold(key) && workload !== by
      return { from: by, to: workload, port: target, protocol, because, certain }
    }),
  )
}

/** Whoever calls by name asks DNS first. */
function toDns({ pods }: Topology, flows: readonly NeededFlow[]): readonly NeededFlow[] {
  const callers = new Set(flows.filter(({ certain }) => certain).map(({ from }) => from))
  return pods.flatMap(({ object }) =>
    ['UDP', 'TCP'].map((protocol) => {
      const because = 'it calls others by name'
      return { from: object, to: DNS, port: 53, protocol, because, certain: callers.has(object) }
    }),
  )
}

/** `expects.outside`: flows out of the cluster that are meant. */
function declared(expects: Value): readonly NeededFlow[] {
  return listOf(fieldOf(expects, 'outside')).map((flow) => ({
    from: textOf(fieldOf(flow, 'from')),
    to: textOf(fieldOf(flow, 'to')),
    port: numberOf(fieldOf(flow, 'port')) ?? 443,
    protocol: textOf(fieldOf(flow, 'protocol')) || 'TCP',
    because: 'the plan declares it',
    certain: true,
  }))
}
