import type { PlanStep } from '../../domain/plan.ts'
import type { Problem } from '../../domain/problem.ts'
import { ProblemError } from '../../domain/problem.ts'
import type { RunState } from '../../domain/run-state.ts'
import { isUntouched } from '../../domain/run-state.ts'
import type { StepKinds } from '../../domain/step-kind.ts'

export interface StepTemplate {
  readonly template: string
  /** "step deploy: helm.set.secrets.token". */
  readonly where: string
}

/** The templates of steps that have still to be done; what is done has its values in its undo record. */
export const templatesOfSteps = (steps: readonly PlanStep[], state: RunState, kinds: StepKinds): readonly StepTemplate[] =>
  steps
    .filter((step) => isUntouched(state, step.id))
    .flatMap((step) =>
      (kinds.get(step.kind)?.templates?.(step.spec) ?? []).map(({ template, where }) => ({ template, where: `step ${step.id}: ${where}` })),
    )

/** The value of `work`, once every template could be resolved as well; rejects with the problems of both. */
export async function withTemplates<Value>(
  work: Promise<Value>,
  templates: readonly StepTemplate[],
  resolve: (template: string, where: string) => Promise<string>,
): Promise<Value> {
  const [value, ...others] = await Promise.allSettled([work, ...templates.map(({ template, where }) => resolve(template, where))])
  const thrown = [value, ...others].flatMap((each): readonly unknown[] => (each.status === 'rejected' ? [each.reason] : []))
  const bug = thrown.find((each) => !(each instanceof ProblemError))
  if (bug !== undefined) throw bug
  const problems = thrown.flatMap((each): readonly Problem[] => (each instanceof ProblemError ? each.problems : []))
  const [first, ...more] = problems
  if (first !== undefined) throw new ProblemError(first, ...more)
  return work
}
