import type { Json } from './json.ts'
import type { ImageFacts } from './ports/images.ts'
import type { SourceLocation } from './problem.ts'
import type { RenderedChart, RenderedObject } from './rendered-object.ts'

/** `error` refuses the plan; the others are said. */
export type PolicySeverity = 'error' | 'warning' | 'hint'

/** What a rule is asked about, one after the other: each object, all objects at once, each chart, each image. */
export type PolicySubject = 'object' | 'objects' | 'chart' | 'image'

/**
 * A rule as data. Its expressions are CEL over: `object` (subject `object`), `objects` (all of the plan, each with `step`), `chart`, `image`, `plan`
 * (`PolicyPlan`), `now` (timestamp), and with `each`: `it` and `index`.
 */
export interface PolicyRule {
  /** `workloads/resources-set`: pack and name. */
  readonly name: string
  readonly severity: PolicySeverity
  readonly looksAt: PolicySubject
  /** Kinds of objects, `Deployment` or `apps/Deployment`; all where empty. */
  readonly kinds: readonly string[]
  /** True: the rule is asked. */
  readonly when?: string
  /** A list; the rule is asked for each member. */
  readonly each?: string
  /** True: nothing is wrong. */
  readonly expression: string
  /** An expression that gives the sentence. */
  readonly message: string
  /** Path of the field in the object, `{index}` filled in. */
  readonly path?: string
  readonly why: string
  readonly fix: string
  readonly location: SourceLocation
  readonly examples: { readonly passing: string; readonly failing: string }
}

export interface PolicyPack {
  readonly name: string
  readonly summary: string
  readonly rules: readonly PolicyRule[]
}

/** What rules may know of the plan. */
export interface PolicyPlan {
  readonly name: string
  readonly environment: string
  readonly namespace: string
  readonly singleWriter: boolean
  /** Visitors move from an old side to a new one: both run for a time. */
  readonly movesSite: boolean
  /** Host of the site; '' where the plan names none. */
  readonly host: string
  /** Keys that ConfigMaps and Secrets must have, `Kind/name` → keys; flows declared; limits of images; whatever packs ask for, as the plan has it. */
  readonly expects: Json
}

/** "I know, and this is why, until then." */
export interface PolicyWaiver {
  readonly rule: string
  /** `Deployment/todo-app-backend`, a chart's folder, or an image's repository; `*` is all. */
  readonly object: string
  readonly reason: string
  /** `2027-03-31`: the last day (UTC) on which it holds. */
  readonly expires: string
  readonly location: SourceLocation
}

export interface PolicyFinding {
  readonly rule: string
  readonly severity: PolicySeverity
  /** `Deployment/todo-app-backend`, a chart's folder or an image. */
  readonly object: string
  readonly path?: string
  readonly message: string
  readonly why: string
  readonly fix: string
  readonly source?: SourceLocation
  /** Set: it does not refuse the plan. */
  readonly waiver?: Pick<PolicyWaiver, 'reason' | 'expires'>
}

export interface PolicySubjects {
  readonly plan: PolicyPlan
  readonly objects: readonly RenderedObject[]
  readonly charts: readonly RenderedChart[]
  /** Images as registries described them; undefined: nobody asked (`validate`). */
  readonly images?: readonly ImageFacts[]
  /** Milliseconds since the epoch: waivers end. */
  readonly now: number
}

export interface PolicyReport {
  readonly findings: readonly PolicyFinding[]
  /** How often each rule was asked: a rule that found nothing to look at is not a rule that passed. */
  readonly asked: Readonly<Record<string, number>>
}
