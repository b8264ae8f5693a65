import type { Json } from '../../domain/json.ts'
import { ingressPaths } from './ingresses.ts'
import type { IngressPath } from './ingresses.ts'
import { neighbours } from './neighbours.ts'
import { workloads } from './pods.ts'
import type { Workload } from './pods.ts'
import { remembered } from './remembered.ts'
import { servicePorts } from './services.ts'
import type { ServicePort } from './services.ts'
import { settingsOf } from './settings.ts'
import type { Setting } from './settings.ts'
import type { Value, ValueMap } from './value.ts'
import { fieldOf, textOf } from './value.ts'

/** The plan's objects as they hang together: what runs, what leads where. */
export interface Topology {
  readonly objects: readonly Json[]
  /** Of objects that name none. */
  readonly namespace: string
  readonly pods: readonly Workload[]
  readonly services: readonly ServicePort[]
  readonly paths: readonly IngressPath[]
  /** What the programs of each workload read, by its name. */
  readonly settings: ReadonlyMap<string, readonly Setting[]>
  /** What the plan expects of its objects (`PolicyPlan.expects`). */
  readonly expects: Value
}

export function topologyOf(objects: readonly Json[], plan: Value): Topology {
  const namespace = textOf(fieldOf(plan, 'namespace'))
  const pods = workloads(objects, namespace)
  const services = servicePorts(objects, pods, namespace)
  const own = neighbours(objects)
  const settings = new Map(pods.map((pod) => [pod.object, settingsOf(pod.of, own(pod.of))]))
  return {
    objects,
    namespace,
    pods,
    services,
    settings,
    paths: ingressPaths(objects, services, namespace),
    expects: fieldOf(plan, 'expects'),
  }
}

/** The same, worked out once for all rules. */
export const planTopology = remembered((objects: readonly Json[], plan: ValueMap) => topologyOf(objects, plan))
