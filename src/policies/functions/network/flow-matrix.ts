import type { Topology } from '../topology.ts'
import { judge } from './judged.ts'
import type { JudgedFlow } from './judged.ts'
import { neededFlows } from './needed.ts'
import { permittedFlows } from './permitted.ts'
import type { PermittedFlow } from './permitted.ts'
import { isSelected, isolations, readPolicies } from './rules.ts'
import type { Direction } from './rules.ts'

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

export function flowMatrix(topology: Topology): FlowMatrix {
  const { objects, pods, namespace } = topology
  const policies = readPolicies(objects, pods, namespace)
  const isolated = isolations(pods, policies)
  const needed = neededFlows(topology)
  const sides = [...isolated.values()].flatMap(({ pod, ...isolation }) =>
    (['ingress', 'egress'] as const).map((direction) => ({
      object: pod.object,
      path: 'metadata.labels',
      direction,
      isolated: isolation[direction] !== undefined,
    })),
  )
  return {
    needed: needed.map((flow) => judge(flow, isolated)),
    permitted: permittedFlows(needed, isolated),
    sides: policies.length === 0 ? [] : sides,
    policies: policies.map((policy) => ({
      object: policy.object,
      path: 'spec.podSelector',
      selects: pods.filter((pod) => isSelected(pod, policy)).map(({ object }) => object),
    })),
  }
}
