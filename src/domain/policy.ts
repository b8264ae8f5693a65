import type { Json } from './json.ts'
import type { ImageFacts } from './ports/images.ts'
import type { Problem, SourceLocation, SourcePlace } from './problem.ts'
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
  /** Texts of the files that `expects` names (Dockerfiles of images), by the paths it uses; undefined: nobody read them. */
  readonly files?: Readonly<Record<string, string>>
  /** Ids of the steps whose objects stand in files as they are: what a Secret of theirs holds is in git. undefined: nobody said. */
  readonly literalSteps?: readonly string[]
  /** Values that stand in the plan itself, templates unresolved; undefined: nobody said. */
  readonly literals?: readonly PlanLiteral[]
}

/** A value as the plan writes it: `where` is the field in the step, `helm.set.backend.token`. */
export interface PlanLiteral {
  readonly step: string
  readonly where: string
  readonly value: string
}

/** "I know, and this is why, until then." */
export interface PolicyWaiver {
  readonly rule: string
  /** `Deployment/todo-app-backend`, or `Deployment/NAMESPACE/todo-app-backend`, a chart's folder, or an image's repository; `*` is all. */
  readonly object: string
  readonly reason: string
  /** `2027-03-31`: the last day (UTC) on which it holds. */
  readonly expires: string
  readonly location: SourceLocation
}

export interface PolicyFinding {
  readonly rule: string
  readonly severity: PolicySeverity
  /** `Deployment/todo-app-backend` (`Deployment/NAMESPACE/…` where two namespaces have one), a chart's folder or an image. */
  readonly object: string
  readonly path?: string
  readonly message: string
  readonly why: string
  readonly fix: string
  readonly source?: SourcePlace
  /** Set: it does not refuse the plan. */
  readonly waiver?: Pick<PolicyWaiver, 'reason' | 'expires'>
}

export interface PolicySubjects {
  readonly plan: PolicyPlan
  readonly objects: readonly RenderedObject[]
  readonly charts: readonly RenderedChart[]
  /** Images as registries described them; undefined: nobody asked (`validate`). */
  readonly images?: readonly ImageFacts[]
  /** Ids of steps that have begun or are done: what is wrong with their objects is said as a warning, for it bars nothing that is still to come. */
  readonly standing?: ReadonlySet<string>
  /** Milliseconds since the epoch: waivers end. */
  readonly now: number
}

/** `inconclusive`: the rule could not be asked; never to be read as passed. */
export type PolicyVerdict = 'passed' | 'found' | 'waived' | 'inconclusive'

/** A rule and an object that it was asked about. */
export interface PolicyQuestion {
  readonly rule: string
  readonly object: string
  readonly verdict: PolicyVerdict
  /** Why it is inconclusive. */
  readonly reason?: string
  /** Nobody tried, and no rule is to blame: no registry was asked. */
  readonly unasked?: true
}

export interface PolicyReport {
  readonly findings: readonly PolicyFinding[]
  /** How often each rule was asked: a rule that found nothing to look at is not a rule that passed. */
  readonly asked: Readonly<Record<string, number>>
  readonly questions: readonly PolicyQuestion[]
  /** What refuses the plan beside the findings: rules of severity `error` that could not be asked, waivers that ended. */
  readonly problems: readonly Problem[]
  /** The same of rules that refuse nothing, and waivers without use. */
  readonly warnings: readonly Problem[]
}
