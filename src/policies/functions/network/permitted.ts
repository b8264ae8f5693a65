import { groupedBy } from '../grouped.ts'
import type { NeededFlow } from './flow.ts'
import { permittedFromPod } from './permitted-from.ts'
import { permittedToPod } from './permitted-to.ts'
import type { IsolatedPod, NetworkRule } from './rules.ts'

/** Something that a rule of a NetworkPolicy permits. */
export interface PermittedFlow {
  readonly object: string
  readonly path: string
  readonly from: string
  readonly to: string
  /** 0: every port, or one that only has a name. */
  readonly port: number
  /** Something in the plan wants it. */
  readonly asked: boolean
}

/** The plan's pods by name. */
export type Pods = ReadonlyMap<string, IsolatedPod>

/** Everything that policies permit, once each. Pods that no policy isolates are open by default; that is another rule's affair. */
export function permittedFlows(flows: readonly NeededFlow[], pods: Pods): readonly PermittedFlow[] {
  const into = groupedBy(flows, ({ to }) => to)
  const outOf = groupedBy(flows, ({ from }) => from)
  const found = [...pods.values()].flatMap((each) => [
    ...permittedToPod(each, pods, into.get(each.pod.object) ?? []),
    ...permittedFromPod(each, pods, outOf.get(each.pod.object) ?? []),
  ])
  return [...new Map(found.map((flow) => [JSON.stringify(flow), flow])).values()]
}

/** What a rule calls the peers that are no pods of the plan. */
export function strangersOf({ everybody, blocks, otherNamespaces }: NetworkRule): string {
  if (everybody) return 'everybody'
  if (otherNamespaces === 'all') return 'every pod of every namespace'
  return blocks.length > 0 ? blocks.map(({ cidr }) => cidr).join(', ') : 'pods of other namespaces'
}
