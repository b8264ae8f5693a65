import type { ManagedHost, NomadNodesPort } from '../../domain/ports/index.ts'
import type { HostUnit } from '../../domain/ports/units.ts'
import { ProblemError } from '../../domain/problem.ts'
import type { StepContext } from '../../domain/step-kind.ts'

export interface NamedHost {
  /** A name of `targets.hosts`. */
  readonly host: string
  /** Name or ID of its Nomad node, where neither name nor address of the host tells. */
  readonly node?: string | undefined
}

export interface LivesOn {
  readonly kubernetesNodes?: boolean | undefined
  readonly consulLeader?: string | undefined
  readonly urls?: readonly string[] | undefined
}

export interface UninstallSpec {
  readonly hosts: readonly NamedHost[]
  readonly service?: string | undefined
  /** Milliseconds. */
  readonly drainTimeout?: number | undefined
  readonly livesOn?: LivesOn | undefined
}

export type UninstallContext = StepContext<UninstallSpec>

/** One agent as it was, in the order in which agents are stopped. */
export type HostRecord = {
  readonly host: string
  /** With its suffix: `nomad.service`. */
  readonly unit: string
  readonly active: boolean
  /** systemd's word: `enabled`, `disabled`, `static`, … */
  readonly enabled: string
  readonly process: string | null
  readonly file: string
  readonly content: string
  readonly command: readonly string[]
  /** Its node, where it is a client. */
  readonly node: { readonly id: string; readonly name: string; readonly eligible: boolean } | null
  readonly server: boolean
  /** TCP port of its HTTP API; null where it did not run: another's port is none of ours. */
  readonly port: number | null
}

/** What is named as living on, as it was. */
export type Well = {
  /** Names of the Kubernetes nodes that were Ready; null where nobody asked. */
  readonly readyNodes: readonly string[] | null
  readonly urls: readonly { readonly url: string; readonly status: number }[]
}

export type UninstallRecord = { readonly hosts: readonly HostRecord[]; readonly well: Well }

export type UninstallNote =
  | { readonly did: 'draining'; readonly node: string }
  /** All nodes are empty: from now on servers may be stopped. */
  | { readonly did: 'drained' }
  | { readonly did: 'stopping' | 'stopped' | 'disabled'; readonly host: string }

export const DEFAULT_SERVICE = 'nomad'
export const serviceOf = ({ service = DEFAULT_SERVICE }: UninstallSpec): string => service

/** Whether it runs, or is about to. */
export const runs = ({ active }: Pick<HostUnit, 'active'>): boolean => active !== 'inactive' && active !== 'failed'

/** Whether systemd starts it at boot. */
export const startsAtBoot = (enabled: string): boolean => enabled === 'enabled' || enabled === 'enabled-runtime'

/** Nothing of the agent is there any more: neither unit nor process nor its HTTP address. */
export const isGone = (unit: HostUnit): boolean => whatIsLeft(unit).length === 0

/** What is still there of an agent, in words. The unit must have been asked about the recorded process and port. */
export function whatIsLeft(unit: HostUnit): readonly string[] {
  return [
    ...(runs(unit) ? [`${unit.name} is ${unit.active}`] : []),
    ...(startsAtBoot(unit.enabled) ? [`${unit.name} is ${unit.enabled}`] : []),
    ...unit.living.map((each) => `its process ${each.split(':')[0]} still lives`),
    ...unit.listening.map((port) => `something listens on port ${port}`),
  ]
}

/** The unit of a recorded host as it is now. */
export const unitNow = (context: UninstallContext, { host, unit, process, port }: HostRecord): Promise<HostUnit> =>
  hostOf(context, host).units.read(unit, { ports: port === null ? [] : [port], processes: process === null ? [] : [process] })

export function hostOf({ ports }: UninstallContext, name: string): ManagedHost {
  const host = ports.hosts?.[name]
  if (host !== undefined) return host
  throw new ProblemError({
    code: 'target-missing',
    summary: `the plan names no targets.hosts.${name}`,
    next: [`add ${name} to targets.hosts`],
    effect: 'no',
    exitCode: 65,
  })
}

export function nodesOf({ ports }: UninstallContext): NomadNodesPort {
  const { nodes } = ports.nomad
  if (nodes !== undefined) return nodes
  throw new Error('this Nomad port knows no nodes')
}
