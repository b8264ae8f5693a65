import type { PolicyFinding, PolicyQuestion } from '../../../domain/policy.ts'
import type { Problem } from '../../../domain/problem.ts'
import type { PlanPolicies } from './plan-policies.ts'

/** What `--json` says of a plan's policies. What passed is counted in `asked`; `inconclusive` holds what has no answer. */
export interface PolicyJson {
  readonly plan: string
  readonly findings: readonly PolicyFinding[]
  readonly asked: Readonly<Record<string, number>>
  readonly inconclusive: readonly PolicyQuestion[]
  readonly problems: readonly Problem[]
  readonly warnings: readonly Problem[]
}

export function policyJson({ plan, report }: PlanPolicies): PolicyJson {
  const { findings, asked, questions, problems, warnings } = report
  return { plan, findings, asked, inconclusive: questions.filter(({ verdict }) => verdict === 'inconclusive'), problems, warnings }
}
