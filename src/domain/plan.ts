import type { GatePolicy } from './gate-policy.ts'
import type { Json } from './json.ts'
import type { PolicyWaiver } from './policy.ts'
import type { SourceLocation } from './problem.ts'
import type { WatchPolicy } from './watch.ts'

/**
 * A string of a plan that may hold `${env:NAME}`, `${file:PATH}` or `${command:…}`. It is resolved late, in `cli/wire`,
 * and never stored or printed resolved.
 */
export type Template = string

export interface SiteExpectation {
  readonly status: number
  /** Text that the body must contain. */
  readonly body?: string
  /** Header values that must be there, names in lower case. */
  readonly headers?: Readonly<Record<string, string>>
}

/** What a visitor must see: said once, the default of every gate. */
export interface Site {
  readonly url: string
  readonly expect: SiteExpectation
  /** PEM file (relative to the plan) with the authority of the edge's certificate, where it is private. */
  readonly ca?: string
}

/** What the cluster must have before anything is touched. */
export interface ClusterRequirements {
  /** Semver range of the API server's version: `>=1.28`. */
  readonly version?: string
  /** Allocatable of all ready nodes that take pods: cores, and bytes. */
  readonly cpu?: number
  readonly memoryBytes?: number
  /** True: any Ingress class; text: the class of that name. */
  readonly ingressController?: boolean | string
  readonly metricsServer?: boolean
}

export interface KubernetesTarget {
  readonly kubeconfig?: Template
  readonly context?: Template
  readonly namespace: string
  readonly requires?: ClusterRequirements
}

export interface NomadTarget {
  readonly address?: Template
  readonly token?: Template
  readonly namespace?: Template
  readonly region?: Template
  /** PEM file with the authority of the API's certificate. */
  readonly ca?: Template
}

export interface HostTarget {
  /** An alias or address of the user's own ssh_config. */
  readonly ssh: Template
  readonly sshConfig?: Template
  readonly become?: 'sudo'
}

export interface EdgeTarget {
  /** A name in `targets.hosts`. */
  readonly host: string
  readonly dynamicConfig: string
  /** URL of Traefik's API as the host itself reaches it. */
  readonly api: Template
  /** URL of Traefik's Prometheus metrics as the host itself reaches it; default: `/metrics` beside the API. */
  readonly metrics?: Template
  /** Where observations connect, `host:port`; default: what DNS says of the site. */
  readonly visitors?: Template
  /** `in-place` for a single-file bind mount (facts.md, Traefik 4); default: an exchange of names. */
  readonly write: 'exchange' | 'in-place'
}

export interface Targets {
  readonly kubernetes?: KubernetesTarget
  readonly nomad?: NomadTarget
  readonly hosts: Readonly<Record<string, HostTarget>>
  readonly edge?: EdgeTarget
}

export interface PlanGate {
  readonly kind: string
  /** Parsed by the gate kind's own schema. */
  readonly spec: unknown
  readonly policy: GatePolicy
  readonly location: SourceLocation
}

export type OnFailure = 'rollback' | 'pause' | { readonly rollbackTo: string }

export interface PlanStep {
  readonly id: string
  readonly kind: string
  /** Parsed by the step kind's own schema. */
  readonly spec: unknown
  readonly gates: readonly PlanGate[]
  readonly reaches?: string
  readonly onFailure: OnFailure
  readonly location: SourceLocation
}

/** Which rules the plan's objects are held to. */
export interface PlanPolicies {
  /** Names of built-in packs; undefined: all. */
  readonly packs?: readonly string[]
  /** The team's own packs, relative to the plan. */
  readonly files: readonly string[]
  /** What packs ask of this plan (`PolicyPlan.expects`). */
  readonly expects: Json
  readonly waivers: readonly PolicyWaiver[]
}

/** The Dockerfiles that `policies.expects.images` names. */
export function dockerfilesOf({ policies }: Pick<Plan, 'policies'>): readonly string[] {
  const expects = policies?.expects
  const images = isMap(expects) ? expects['images'] : undefined
  const named = isMap(images) ? Object.values(images).map((image) => (isMap(image) ? image['dockerfile'] : undefined)) : []
  return [...new Set(named.filter((path) => typeof path === 'string'))]
}

const isMap = (value: Json | undefined): value is { readonly [name: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** A plan that has passed schema and rules. */
export interface Plan {
  readonly name: string
  /** As the user named it on the command line. */
  readonly path: string
  readonly text: string
  /** Undefined: nobody visits it. No step of such a plan moves visitors (rule `site-named`). */
  readonly site?: Site
  /** What rules of policies ask for as `plan.environment`; `production` unless told. */
  readonly environment?: string
  /** Undefined: all built-in packs, nothing waived. */
  readonly policies?: PlanPolicies
  readonly targets: Targets
  /** In order; the first is where everything starts. */
  readonly states: readonly [string, ...string[]]
  readonly steps: readonly PlanStep[]
  /** Asks the site as a visitor during the whole run, and leads back at once when the budget is crossed. */
  readonly watch?: WatchPolicy
  /** Old and new must never both run (a database with one writer). */
  readonly singleWriter: boolean
  /** How the lab's world starts; understood by the lab alone. */
  readonly lab?: Json
}

/** The site of a plan whose steps or gates are about visitors: the rule `site-named` lets no other pass. */
export function siteOf({ site }: Pick<Plan, 'site'>): Site {
  if (site === undefined) throw new Error('the plan names no site: the rule site-named was not asked')
  return site
}

/** The state in force before step `index`: that of the last step before it that reaches one. */
export function stateBefore(plan: Pick<Plan, 'states' | 'steps'>, index: number): string {
  for (let i = index - 1; i >= 0; i--) {
    const reaches = plan.steps[i]?.reaches
    if (reaches !== undefined) return reaches
  }
  return plan.states[0]
}

/** Index after the step that reaches `state` (0 for the first state): steps from here on are undone by a rollback to it. Undefined: unknown state. */
export function firstStepAfter(plan: Pick<Plan, 'states' | 'steps'>, state: string): number | undefined {
  if (state === plan.states[0]) return 0
  const index = plan.steps.findIndex((step) => step.reaches === state)
  return index === -1 ? undefined : index + 1
}

/** Index of the first step that a rollback to `state` undoes. Throws where no step reaches it: nothing is undone on a guess. */
export function firstUndone(plan: Pick<Plan, 'states' | 'steps'>, state: string): number {
  const first = firstStepAfter(plan, state)
  if (first === undefined) throw new Error(`no step of the plan reaches the state ${state}`)
  return first
}
