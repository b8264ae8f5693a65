import type { Workload } from '../pods.ts'
import { blockHas, isEverywhere } from './address-blocks.ts'
import { DNS, EDGE, OUTSIDE } from './flow.ts'
import type { NeededFlow } from './flow.ts'
import { permitsPort } from './rules.ts'
import type { IsolatedPod, Isolation, NetworkRule } from './rules.ts'

/** A needed flow, and whether NetworkPolicies let it through. */
export interface JudgedFlow extends NeededFlow {
  readonly allowed: boolean
  /** The policy that isolates the side which refuses, and the direction; for findings. */
  readonly object: string
  readonly path: string
}

/** Both sides must permit a flow: the sender's egress and the receiver's ingress (Kubernetes documentation, "Network Policies"). */
export function judge(flow: NeededFlow, pods: ReadonlyMap<string, IsolatedPod>): JudgedFlow {
  const receiver = pods.get(flow.to)?.pod
  const egress = pods.get(flow.from)?.egress
  const ingress = pods.get(flow.to)?.ingress
  const names = namesOfPort(flow, receiver)
  const leaves = isPermitted(egress, flow, names, (rule) => isReceiver(rule, flow, receiver))
  const enters = isPermitted(ingress, flow, names, (rule) => isSender(rule, flow))
  const refusing = leaves ? ingress : egress
  return { ...flow, allowed: leaves && enters, object: refusing?.by ?? flow.from, path: leaves ? 'spec.ingress' : 'spec.egress' }
}

const isPermitted = (
  isolated: Isolation,
  { port, protocol }: NeededFlow,
  names: readonly string[],
  isPeer: (rule: NetworkRule) => boolean,
): boolean => isolated === undefined || isolated.rules.some((rule) => isPeer(rule) && permitsPort(rule, port, protocol, names))

/** The cluster's DNS names its ports `dns` and `dns-tcp`. */
const namesOfPort = ({ to, port, protocol }: NeededFlow, receiver: Workload | undefined): readonly string[] =>
  to === DNS
    ? ['dns', 'dns-tcp']
    : (receiver?.ports ?? []).filter((each) => each.port === port && each.protocol === protocol).map(({ name }) => name)

/** Network plugins differ on whether a block of all addresses has pods in it: where it may, nobody is told that the flow fails. */
const hasEverything = ({ blocks }: NetworkRule): boolean => blocks.some(({ cidr }) => isEverywhere(cidr))

function isReceiver(rule: NetworkRule, { to }: NeededFlow, receiver: Workload | undefined): boolean {
  if (rule.everybody || hasEverything(rule)) return true
  if (receiver !== undefined) return rule.pods.has(receiver.object)
  if (to === DNS) return rule.otherNamespaces !== 'none' || rule.blocks.length > 0
  return rule.otherNamespaces !== 'none' || rule.blocks.some((block) => blockHas(block, to))
}

function isSender(rule: NetworkRule, { from }: NeededFlow): boolean {
  if (rule.everybody || hasEverything(rule)) return true
  if (from === EDGE) return rule.otherNamespaces !== 'none' || rule.blocks.length > 0
  return from === OUTSIDE ? rule.blocks.length > 0 : rule.pods.has(from)
}
