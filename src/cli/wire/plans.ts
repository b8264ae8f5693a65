import { ProblemError, toProblem } from '../../domain/problem.ts'
import { planJsonSchema } from '../../plan/json-schema.ts'
import type { ValidatedPlan } from '../contract.ts'
import { checkedPlan, REGISTRIES } from './plan-source.ts'

export async function validate(paths: readonly string[]): Promise<readonly ValidatedPlan[]> {
  return Promise.all(paths.map(validateOne))
}

async function validateOne(path: string): Promise<ValidatedPlan> {
  try {
    const { plan, warnings } = await checkedPlan(path)
    return { path, problems: [], warnings, name: plan.name, steps: plan.steps.length }
  } catch (error) {
    return { path, problems: error instanceof ProblemError ? error.problems : [toProblem(error)], warnings: [] }
  }
}

export const schema = (): unknown => planJsonSchema(REGISTRIES)
