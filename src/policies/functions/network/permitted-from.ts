import type { Workload } from '../pods.ts'
import { DNS } from './flow.ts'
import type { NeededFlow } from './flow.ts'
import { strangersOf } from './permitted.ts'
import type { PermittedFlow, Pods } from './permitted.ts'
import { permitsPort } from './rules.ts'
import type { IsolatedPod, NetworkRule } from './rules.ts'

/** What the policies that isolate a pod let out. `wanted`: the flows from it. */
export function permittedFromPod({ pod, egress }: IsolatedPod, pods: Pods, wanted: readonly NeededFlow[]): readonly PermittedFlow[] {
  return (egress?.rules ?? []).flatMap((rule) => [...toPods(rule, pod, pods, wanted), ...toStrangers(rule, pod, pods, wanted)])
}

/** Pods whose own ingress is isolated are judged there. */
function toPods(rule: NetworkRule, pod: Workload, pods: Pods, wanted: readonly NeededFlow[]): readonly PermittedFlow[] {
  const open = [...rule.pods].flatMap((name) => pods.get(name) ?? []).filter((each) => each.pod !== pod && each.ingress === undefined)
  return open.flatMap(({ pod: to }) =>
    to.ports
      .filter(({ port, protocol, name }) => permitsPort(rule, port, protocol, [name]))
      .map(({ port }) => {
        const asked = wanted.some((flow) => flow.to === to.object && flow.port === port)
        return { object: rule.policy, path: rule.path, from: pod.object, to: to.object, port, asked }
      }),
  )
}

/** Whoever lies beyond the plan's pods: other namespaces and the world. A port is meant where some flow out of the plan uses it. */
function toStrangers(rule: NetworkRule, pod: Workload, pods: Pods, wanted: readonly NeededFlow[]): readonly PermittedFlow[] {
  if (!rule.everybody && rule.otherNamespaces === 'none' && rule.blocks.length === 0) return []
  const leaving = wanted.filter(({ to }) => !pods.has(to))
  const flow = (port: number, asked: boolean): PermittedFlow => ({
    object: rule.policy,
    path: rule.path,
    from: pod.object,
    to: strangersOf(rule),
    port,
    asked,
  })
  if (rule.ports === undefined) return [flow(0, isOneKindOfPod(rule) && leaving.some(({ to }) => to === DNS))]
  return rule.ports.map(({ port, end, protocol }) =>
    flow(
      typeof port === 'number' ? port : 0,
      leaving.some((each) => isWithin(each, port, end, protocol)),
    ),
  )
}

function isWithin(flow: NeededFlow, port: number | string | undefined, end: number | undefined, protocol: string): boolean {
  if (flow.protocol !== protocol) return false
  if (typeof port === 'string') return flow.to === DNS && ['dns', 'dns-tcp'].includes(port)
  return port !== undefined && port <= flow.port && flow.port <= (end ?? port)
}

/** Chosen pods of another namespace, as a rule for the cluster's DNS names them. */
const isOneKindOfPod = ({ everybody, otherNamespaces, blocks }: NetworkRule): boolean =>
  !everybody && otherNamespaces === 'some' && blocks.length === 0
