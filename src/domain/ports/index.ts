import type { Clock } from './clock.ts'
import type { EdgePort } from './edge.ts'
import type { HelmPort } from './helm.ts'
import type { KubernetesPort } from './kubernetes.ts'
import type { NomadPort } from './nomad.ts'
import type { ManagedHost } from './units.ts'
import type { RenderingPort } from './rendering.ts'
import type { VisitorPort } from './visitor.ts'

export type * from './clock.ts'
export type * from './edge.ts'
export type * from './edge-traffic.ts'
export type * from './files.ts'
export type * from './helm.ts'
export type * from './host.ts'
export type * from './images.ts'
export type * from './journal.ts'
export type * from './kubernetes.ts'
export type * from './nomad.ts'
export type * from './nomad-nodes.ts'
export type * from './rendering.ts'
export type * from './units.ts'
export type * from './visitor.ts'

/**
 * The outside world as step and gate kinds see it. A target that the plan does not name rejects on use with the problem
 * `target-missing`; the plan's rules find that before.
 */
export interface Ports {
  readonly clock: Clock
  readonly kubernetes: KubernetesPort
  readonly nomad: NomadPort
  readonly edge: EdgePort
  readonly visitor: VisitorPort
  /** The user's helm and kubectl; left out where no plan deploys charts. */
  readonly rendering?: RenderingPort
  /** The user's helm on the plan's cluster; left out where helm cannot talk to it: the lab. */
  readonly helm?: HelmPort
  /** The hosts of `targets.hosts`, by the plan's names. */
  readonly hosts?: Readonly<Record<string, ManagedHost>>
  /** Unpredictable bytes (for a probe's secret header); deterministic in simulations. */
  readonly randomHex: (bytes: number) => string
}
