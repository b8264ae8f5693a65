import type { ZodType } from 'zod'
import type { Json } from './json.ts'
import type { Plan } from './plan.ts'

/** An outside system that kinds use; hosts are named by specs. */
export type TargetName = 'kubernetes' | 'nomad' | 'edge'

/** What a kind of step or gate says of itself: to the plan's reference, to rules and to previews. */
export interface DescribedKind<Spec> {
  /** As plans say it; a step's is a verb and a noun. */
  readonly kind: string
  /** One sentence for the plan reference. */
  readonly summary: string
  readonly spec: ZodType<Spec>
  /** Example of the field in a plan, valid for `spec`; documentation and schema tests use it. */
  readonly example: Json
  /** Targets it uses; a rule checks that the plan names them. */
  readonly targets: readonly TargetName[]
  /** Pure. Targets that it uses beside those, where its spec says so. */
  usesAlso?(spec: Spec): readonly TargetName[]
  /** Pure. What it will do with this spec, in one line for previews: samples, paths, thresholds; "asks both sides for /, /about". */
  describe?(spec: Spec, plan: Plan): string
}
