import { parts } from '../parts.ts'
import type { Workload } from '../pods.ts'
import type { Topology } from '../topology.ts'
import type { Call } from './calls.ts'
import { EDGE } from './flow.ts'
import type { NeededFlow } from './flow.ts'

/**
 * Flows that were probably meant by links that lead nowhere: a Service without pods, a port that is not there, a missing path to the API. Each is a finding of
 * its own; a policy that already permits the flow is not a second one.
 */
export function flowsOfBrokenLinks(topology: Topology, calls: readonly Call[]): readonly NeededFlow[] {
  return [...ofIngresses(topology), ...calls.filter(isBroken).flatMap((call) => ofCall(call, topology))]
}

function ofIngresses(topology: Topology): readonly NeededFlow[] {
  const { pods, paths, services } = topology
  const isWhole = paths.every(({ leadsTo }) => leadsTo.length > 0 && leadsTo.every(({ port }) => port !== 0))
  if (!isWhole) return pods.flatMap((pod) => anyPort(EDGE, pod, 'an Ingress leads nowhere'))
  const unreached = new Set(parts(topology).flatMap(({ object, reached }) => (reached ? [] : [object])))
  const meant = new Set(services.filter(({ object }) => unreached.has(object)).flatMap(({ workloads }) => workloads))
  return pods.filter(({ object }) => meant.has(object)).flatMap((pod) => anyPort(EDGE, pod, 'no Ingress leads there'))
}

function isBroken({ service, exists, found, ports }: Call): boolean {
  if (service === '') return false
  return !exists || !found || ports.some((port) => port.ports.length === 0 || port.ports.some((lead) => lead.port === 0))
}

/** The pods of the Service where it has some, else any. */
function ofCall({ by, key, object, target }: Call, { pods, services }: Topology): readonly NeededFlow[] {
  const selected = new Set(services.filter((each) => each.object === target).flatMap(({ workloads }) => workloads))
  const meant = pods.filter((pod) => pod.object !== by && (selected.size === 0 || selected.has(pod.object)))
  return meant.flatMap((pod) => anyPort(by, pod, `${key} in ${object} leads nowhere`))
}

function anyPort(from: string, pod: Workload, because: string): readonly NeededFlow[] {
  return pod.ports.map(({ port, protocol }) => ({ from, to: pod.object, port, protocol, because, certain: false }))
}
