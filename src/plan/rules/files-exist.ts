import { dockerfilesOf } from '../../domain/plan.ts'
import type { Problem } from '../../domain/problem.ts'
import { planProblem } from '../plan-problem.ts'
import type { PlanPath } from '../source.ts'
import type { Rule, RuleInput } from './rule.ts'

/** The files that the plan refers to are there, before anything is touched. */
export const filesExist: Rule = {
  name: 'files-exist',
  severity: 'refuse',
  async check(input) {
    const { plan, kinds } = input
    const ofSteps = plan.steps.flatMap((step, index) =>
      (kinds.get(step.kind)?.files?.(step.spec) ?? []).map((path) =>
        missing(input, path, ['steps', index, step.kind, ...(whereIs(path, step.spec) ?? [])], `step ${step.id}`),
      ),
    )
    const ca = plan.site?.ca
    const ofSite = ca === undefined ? [] : [missing(input, ca, ['site', 'ca'], '`site.ca`')]
    const ofPolicies = (plan.policies?.files ?? []).map((path, index) =>
      missing(input, path, ['policies', 'files', index], '`policies.files`'),
    )
    const ofImages = dockerfilesOf(plan).map((path) => missing(input, path, ['policies', 'expects', 'images'], '`policies.expects.images`'))
    return (await Promise.all([...ofSite, ...ofPolicies, ...ofImages, ...ofSteps])).flat()
  },
}

async function missing({ files, locate }: RuleInput, path: string, place: PlanPath, who: string): Promise<readonly Problem[]> {
  if ((await files.list(path)).length > 0) return []
  const next = ['paths are relative to the plan file: correct it, or create the file']
  return [planProblem('file-missing', `${who} refers to ${path}, where there is no file`, next, locate(place))]
}

/** A kind names its files, not the fields that hold them. */
function whereIs(text: string, value: unknown): PlanPath | undefined {
  if (value === text) return []
  if (typeof value !== 'object' || value === null) return undefined
  for (const [key, member] of Object.entries(value)) {
    const below = whereIs(text, member)
    if (below !== undefined) return [key, ...below]
  }
  return undefined
}
