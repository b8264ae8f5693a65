import type { NomadAllocation } from './nomad.ts'

/** A job of any namespace, as the list of jobs has it. */
export interface NomadListedJob {
  readonly id: string
  readonly namespace: string
  readonly type: string
  readonly status: string
  readonly stop: boolean
  readonly periodic: boolean
  readonly parameterized: boolean
  /** Empty unless it is a child of a periodic or parameterized job. */
  readonly parent: string
}

/** An allocation of any job, as the list of a node or of all namespaces has it. */
export type NomadPlacedAllocation = NomadAllocation & { readonly namespace: string; readonly job: string; readonly nodeId: string }

/** A client of the cluster. */
export interface NomadNode {
  readonly id: string
  readonly name: string
  readonly address: string
  /** `ready`, `down`, `initializing`, `disconnected`. */
  readonly status: string
  readonly draining: boolean
  readonly eligible: boolean
  /** What the last drain was told to remember; undefined: there was none. A finished drain does not say that the allocations have ended. */
  readonly lastDrain: { readonly status: string; readonly meta: Readonly<Record<string, string>> } | undefined
}

/** A server of the cluster, as its gossip shows it. */
export interface NomadServer {
  /** Without the region. */
  readonly name: string
  readonly address: string
  /** `alive`, `leaving`, `left`, `failed`. */
  readonly status: string
  readonly leader: boolean
}

export interface NomadNodeRights {
  /** Whether the token may list the jobs of every namespace there is or will be. */
  readonly everyNamespace: boolean
  readonly node: 'none' | 'read' | 'write'
}

/** Nomad as a whole: its nodes, its servers, and all that runs on them, whatever the namespace. */
export interface NomadNodesPort {
  /** `unknown`: the server does not let the token see its own policies. */
  rights(): Promise<NomadNodeRights | 'unknown'>
  /**
   * The jobs of all namespaces. A token that cannot be proven to see all of them is a problem (`nomad-namespaces-unseen`): what it may not
   * see Nomad leaves out without a word.
   */
  jobs(): Promise<readonly NomadListedJob[]>
  /** The allocations of all namespaces, with the same proof. */
  allocations(): Promise<readonly NomadPlacedAllocation[]>
  nodes(): Promise<readonly NomadNode[]>
  /** `host:port` of the HTTP API of a node's agent; undefined where it has none. */
  httpAddress(node: string): Promise<string | undefined>
  servers(): Promise<readonly NomadServer[]>
  /** Moves everything off the node, system jobs too, and lets nothing new be placed there; what has not ended at the deadline is killed. */
  drain(node: string, options: { readonly deadlineMs: number; readonly meta: Readonly<Record<string, string>> }): Promise<void>
}
