import type { Plan } from '../../domain/plan.ts'
import type { PlanFiles } from '../../domain/ports/files.ts'
import type { RenderingPort } from '../../domain/ports/rendering.ts'
import { ProblemError, toProblem } from '../../domain/problem.ts'
import { withPlaceholders } from '../../domain/template.ts'
import { planJsonSchema } from '../../plan/json-schema.ts'
import type { ValidatedPlan } from '../contract.ts'
import { checkedPlan, REGISTRIES } from './plan-source.ts'

/** Plans that are checked at a time: while one waits for helm or kubectl another is checked, and the rules of all are asked under one watchdog. */
const AT_A_TIME = 8

/** Checks plans whole and touches nothing; told in the order of the paths. */
export async function validate(paths: readonly string[]): Promise<readonly ValidatedPlan[]> {
  const validated: ValidatedPlan[] = []
  const waiting = paths.entries()
  const lane = async (): Promise<void> => {
    for (const [index, path] of waiting) validated[index] = await validateOne(path)
  }
  await Promise.all(Array.from({ length: AT_A_TIME }, () => lane()))
  return validated
}

async function validateOne(path: string): Promise<ValidatedPlan> {
  try {
    const { plan, warnings, files } = await checkedPlan(path)
    const policies = await askRules(plan, files)
    return { path, problems: [], warnings, name: plan.name, steps: plan.steps.length, ...(policies && { policies }) }
  } catch (error) {
    return { path, problems: error instanceof ProblemError ? error.problems : [toProblem(error)], warnings: [] }
  }
}

/** One for all plans of a command: what several of them ask is asked once. */
let rendering: RenderingPort | undefined

/** Nobody's secrets are asked for, and no cluster and no registry: what can be known from the files alone. */
async function askRules(plan: Plan, files: PlanFiles): Promise<ValidatedPlan['policies']> {
  if (!plan.steps.some((step) => REGISTRIES.kinds.get(step.kind)?.objects !== undefined)) return undefined
  // Not by way of all adapters: no server is asked, and what asks them is large.
  const [{ askPolicies }, { createRendering }] = await Promise.all([
    import('./plan-policies.ts'),
    import('../../adapters/rendering/rendering.ts'),
  ])
  rendering ??= createRendering({ env: process.env })
  const { packs, report } = await askPolicies(plan, REGISTRIES.kinds, {
    files,
    rendering,
    resolve: async (template) => withPlaceholders(template),
    examples: true,
    now: Date.now(),
  })
  return { packs, report }
}

export const schema = (): unknown => planJsonSchema(REGISTRIES)
