import type { Json } from '../../../domain/json.ts'
import { kindOf, nameOf, namespaceOf } from '../identity.ts'
import type { Workload } from '../pods.ts'
import { matches } from '../selectors.ts'
import type { ValueMap } from '../value.ts'
import { fieldOf, isMap, listOf, mapOf, numberOf, textOf, textsOf } from '../value.ts'

export type Direction = 'ingress' | 'egress'

/** What one `from` or `to` rule of a NetworkPolicy permits, worked out on the plan's own pods. */
export interface NetworkRule {
  readonly policy: string
  readonly path: string
  /** No peers: everybody, inside and outside the cluster. */
  readonly everybody: boolean
  /** Workloads of the plan among the peers. */
  readonly pods: ReadonlySet<string>
  /** `none`; `some`: pods of namespaces that are not the plan's; `all`: of every namespace. */
  readonly otherNamespaces: 'none' | 'some' | 'all'
  readonly blocks: readonly { readonly cidr: string; readonly except: readonly string[] }[]
  /** undefined: every port. */
  readonly ports: readonly PortRange[] | undefined
}

interface PortRange {
  readonly protocol: string
  /** A number, a name of the receiving pod's port, or every port of the protocol. */
  readonly port: number | string | undefined
  readonly end: number | undefined
}

/** The rules that hold for a workload in one direction, and the first policy that isolates it; undefined: none does, everything is permitted. */
export type Isolation = { readonly by: string; readonly rules: readonly NetworkRule[] } | undefined

export interface IsolatedPod {
  readonly pod: Workload
  readonly ingress: Isolation
  readonly egress: Isolation
}

/** Kubernetes documentation, "Network Policies": who no policy selects is open; who one selects is closed but for what any of them permits. */
export function isolations(pods: readonly Workload[], policies: readonly ReadPolicy[]): ReadonlyMap<string, IsolatedPod> {
  return new Map(
    pods.map((pod) => {
      const own = policies.filter((policy) => isSelected(pod, policy))
      return [pod.object, { pod, ingress: isolation('ingress', own), egress: isolation('egress', own) }]
    }),
  )
}

export function isSelected(pod: Workload, policy: ReadPolicy): boolean {
  return policy.namespace === pod.namespace && matches(policy.selector, pod.labels)
}

function isolation(direction: Direction, policies: readonly ReadPolicy[]): Isolation {
  const isolating = policies.filter((policy) => policy[direction] !== undefined)
  return isolating[0] && { by: isolating[0].object, rules: isolating.flatMap((policy) => policy[direction] ?? []) }
}

export interface ReadPolicy {
  readonly object: string
  readonly namespace: string
  readonly selector: ValueMap
  /** undefined: the policy says nothing of this direction. */
  readonly ingress: readonly NetworkRule[] | undefined
  readonly egress: readonly NetworkRule[] | undefined
}

export function readPolicies(objects: readonly Json[], pods: readonly Workload[], namespace: string): readonly ReadPolicy[] {
  const labels = namespaceLabels(objects, pods)
  return objects
    .filter((object) => kindOf(object) === 'NetworkPolicy')
    .map((policy) => {
      const types = listOf(fieldOf(policy, 'spec.policyTypes'))
      const rules = (direction: Direction, peers: 'from' | 'to') => networkRules(policy, direction, peers, pods, labels, namespace)
      const egressToo = types.length === 0 ? fieldOf(policy, 'spec.egress') !== undefined : types.includes('Egress')
      return {
        object: nameOf(policy),
        namespace: namespaceOf(policy, namespace),
        selector: mapOf(fieldOf(policy, 'spec.podSelector')),
        ingress: types.length === 0 || types.includes('Ingress') ? rules('ingress', 'from') : undefined,
        egress: egressToo ? rules('egress', 'to') : undefined,
      }
    })
}

/** Labels by namespace: those of a Namespace object of the plan, and the name, which the API server gives to each. */
function namespaceLabels(objects: readonly Json[], pods: readonly Workload[]): ReadonlyMap<string, Readonly<Record<string, string>>> {
  const own = new Map(
    objects.filter((object) => kindOf(object) === 'Namespace').map((object) => [textOf(fieldOf(object, 'metadata.name')), object]),
  )
  return new Map(
    [...new Set(pods.map((pod) => pod.namespace))].map((name) => [
      name,
      { ...textsOf(fieldOf(own.get(name), 'metadata.labels')), 'kubernetes.io/metadata.name': name },
    ]),
  )
}

type LabelsByNamespace = ReturnType<typeof namespaceLabels>

function networkRules(
  policy: Json,
  direction: Direction,
  field: 'from' | 'to',
  pods: readonly Workload[],
  labels: LabelsByNamespace,
  namespace: string,
): readonly NetworkRule[] {
  const own = namespaceOf(policy, namespace)
  return listOf(fieldOf(policy, `spec.${direction}`)).map((rule, index) => {
    const peers = listOf(fieldOf(rule, field))
    const arePeers = peers.map((peer) => peerOf(peer, own, labels))
    const ports = listOf(fieldOf(rule, 'ports'))
    return {
      policy: nameOf(policy),
      path: `spec.${direction}[${index}]`,
      everybody: peers.length === 0,
      pods: new Set(pods.filter((pod) => arePeers.some((isPeer) => isPeer(pod))).map((pod) => pod.object)),
      otherNamespaces: widest(peers.map((peer) => reach(peer, labels))),
      blocks: peers.flatMap((peer) => {
        const cidr = textOf(fieldOf(peer, 'ipBlock.cidr'))
        return cidr === '' ? [] : [{ cidr, except: listOf(fieldOf(peer, 'ipBlock.except')).map(textOf) }]
      }),
      ports: ports.length === 0 ? undefined : ports.map(portRange),
    }
  })
}

/** A peer without `namespaceSelector` is in the policy's own namespace; one with both selectors needs both. */
function peerOf(peer: Json, namespace: string, labels: LabelsByNamespace): (pod: Workload) => boolean {
  const { ipBlock, namespaceSelector, podSelector } = mapOf(peer)
  if (isMap(ipBlock) || (!isMap(namespaceSelector) && !isMap(podSelector))) return () => false
  const isThere = (pod: Workload): boolean =>
    isMap(namespaceSelector) ? matches(namespaceSelector, labels.get(pod.namespace) ?? {}) : pod.namespace === namespace
  return (pod) => isThere(pod) && (!isMap(podSelector) || matches(podSelector, pod.labels))
}

function reach(peer: Json, labels: LabelsByNamespace): NetworkRule['otherNamespaces'] {
  const selector = fieldOf(peer, 'namespaceSelector')
  if (!isMap(selector)) return 'none'
  if (Object.keys(selector).length === 0) return isMap(fieldOf(peer, 'podSelector')) ? 'some' : 'all'
  const name = textsOf(fieldOf(selector, 'matchLabels'))['kubernetes.io/metadata.name']
  return name !== undefined && labels.has(name) ? 'none' : 'some'
}

function widest(reaches: readonly NetworkRule['otherNamespaces'][]): NetworkRule['otherNamespaces'] {
  if (reaches.includes('all')) return 'all'
  return reaches.includes('some') ? 'some' : 'none'
}

function portRange(port: Json): PortRange {
  const number = fieldOf(port, 'port')
  return {
    protocol: textOf(fieldOf(port, 'protocol')) || 'TCP',
    port: numberOf(number) ?? (typeof number === 'string' ? number : undefined),
    end: numberOf(fieldOf(port, 'endPort')),
  }
}

/** Whether a rule permits a port; `names` are the names that the receiving pod has for it. */
export function permitsPort(rule: NetworkRule, port: number, protocol: string, names: readonly string[]): boolean {
  if (rule.ports === undefined) return true
  return rule.ports.some((range) => {
    if (range.protocol !== protocol) return false
    if (range.port === undefined) return true
    if (typeof range.port === 'string') return names.includes(range.port)
    return range.end === undefined ? range.port === port : range.port <= port && port <= range.end
  })
}
