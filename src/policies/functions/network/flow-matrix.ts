import type { Workload } from '../pods.ts'
import { once } from '../remembered.ts'
import type { Topology } from '../topology.ts'
import { judge } from './judged.ts'
import type { JudgedFlow } from './judged.ts'
import { neededFlows } from './needed.ts'
import { permittedFlows } from './permitted.ts'
import type { PermittedFlow } from './permitted.ts'
import { isSelected, isolations, readPolicies } from './rules.ts'
import type { Direction, IsolatedPod, ReadPolicy } from './rules.ts'

/** Who talks to whom in a plan: what is needed and whether it is let through, and what policies permit. */
export interface FlowMatrix {
  readonly needed: readonly JudgedFlow[]
  readonly permitted: readonly PermittedFlow[]
  /** One for each workload and direction; none where the plan has no NetworkPolicies. */
  readonly sides: readonly PodSide[]
  readonly policies: readonly PolicyReach[]
}

export interface PodSide {
  readonly object: string
  readonly path: string
  readonly direction: Direction
  /** Some policy says what may pass. */
  readonly isolated: boolean
}

export interface PolicyReach {
  readonly object: string
  readonly path: string
  /** The workloads that it selects. */
  readonly selects: readonly string[]
}

/** Each part is worked out when it is first asked for: no rule pays for what only another one needs. */
export function flowMatrix({ objects, pods, namespace, ...rest }: Topology): FlowMatrix {
  const policies = once(() => readPolicies(objects, pods, namespace))
  const isolated = once(() => isolations(pods, policies()))
  const flows = once(() => neededFlows({ objects, pods, namespace, ...rest }))
  const needed = once(() => flows().map((flow) => judge(flow, isolated())))
  const permitted = once(() => permittedFlows(flows(), isolated()))
  return {
    get needed() {
      return needed()
    },
    get permitted() {
      return permitted()
    },
    get sides() {
      return policies().length === 0 ? [] : [...isolated().values()].flatMap(sidesOf)
    },
    get policies() {
      return policies().map((policy) => reachOf(policy, pods))
    },
  }
}

function sidesOf({ pod, ...isolation }: IsolatedPod): readonly PodSide[] {
  return (['ingress', 'egress'] as const).map((direction) => ({
    object: pod.object,
    path: 'metadata.labels',
    direction,
    isolated: isolation[direction] !== undefined,
  }))
}

function reachOf(policy: ReadPolicy, pods: readonly Workload[]): PolicyReach {
  const selected = pods.filter((pod) => isSelected(pod, policy))
  return { object: policy.object, path: 'spec.podSelector', selects: selected.map(({ object }) => object) }
}
