import type { Plan } from '../../domain/plan.ts'
import type { PlanFiles } from '../../domain/ports/files.ts'
import type { Problem, SourceLocation } from '../../domain/problem.ts'
import type { GateKinds, StepKinds } from '../../domain/step-kind.ts'
import type { PlanPath } from '../source.ts'

/** What a rule may look at: a plan whose shape is sound. */
export interface RuleInput {
  readonly plan: Plan
  readonly kinds: StepKinds
  readonly gates: GateKinds
  readonly files: PlanFiles
  readonly locate: (path: PlanPath, part?: 'key' | 'value') => SourceLocation
}

/** One thing that must hold across a plan. */
export interface Rule {
  readonly name: string
  /** `warn`: what it finds is told, and the plan is still good. */
  readonly severity: 'refuse' | 'warn'
  check(input: RuleInput): readonly Problem[] | Promise<readonly Problem[]>
}
