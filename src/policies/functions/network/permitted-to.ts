import type { Workload } from '../pods.ts'
import { EDGE, OUTSIDE } from './flow.ts'
import type { NeededFlow } from './flow.ts'
import { strangersOf } from './permitted.ts'
import type { PermittedFlow, Pods } from './permitted.ts'
import { permitsPort } from './rules.ts'
import type { IsolatedPod, Isolation, NetworkRule } from './rules.ts'

/** What the policies that isolate a pod let in. `wanted`: the flows to it. */
export function permittedToPod({ pod, ingress }: IsolatedPod, pods: Pods, wanted: readonly NeededFlow[]): readonly PermittedFlow[] {
  return (ingress?.rules ?? []).flatMap((rule) =>
    portsOf(pod, wanted)
      .filter(({ port, protocol, names }) => permitsPort(rule, port, protocol, names))
      .flatMap(({ port }) =>
        senders(rule, pod, port, pods, wanted).map((sender) => ({ object: rule.policy, path: rule.path, to: pod.object, port, ...sender })),
      ),
  )
}

interface Port {
  readonly port: number
  readonly protocol: string
  readonly names: readonly string[]
}

/** The ports that a pod says it has, and those that flows ask for. */
function portsOf({ ports }: Workload, wanted: readonly NeededFlow[]): readonly Port[] {
  const said = ports.map(({ port, protocol, name }) => ({ port, protocol, names: [name] }))
  const asked = wanted.map(({ port, protocol }) => ({ port, protocol, names: [] }))
  return [...said, ...asked.filter(({ port }) => !said.some((each) => each.port === port))]
}

type Sender = Pick<PermittedFlow, 'from' | 'asked'>

/** Who may reach the port by this rule. Whoever lies outside the plan may be the Ingress controller, where an Ingress leads here. */
function senders(rule: NetworkRule, pod: Workload, port: number, pods: Pods, wanted: readonly NeededFlow[]): readonly Sender[] {
  const isAsked = (from: string): boolean => wanted.some((flow) => flow.from === from && flow.port === port)
  if (rule.everybody || rule.otherNamespaces === 'all') return [{ from: strangersOf(rule), asked: isAsked(OUTSIDE) }]
  const own = [...rule.pods]
    .filter((name) => name !== pod.object && mayLeave(pods.get(name)?.egress, pod, port))
    .map((from) => ({ from, asked: isAsked(from) }))
  if (rule.otherNamespaces === 'none' && rule.blocks.length === 0) return own
  return [...own, { from: strangersOf(rule), asked: isAsked(EDGE) || isAsked(OUTSIDE) }]
}

/** What the sender's own egress refuses never arrives. */
function mayLeave(egress: Isolation, to: Workload, port: number): boolean {
  const own = to.ports.filter((each) => each.port === port)
  const permits = (rule: NetworkRule): boolean =>
    (rule.everybody || rule.pods.has(to.object)) && own.some(({ protocol, name }) => permitsPort(rule, port, protocol, [name]))
  return egress === undefined || egress.rules.some(permits)
}
