import type { PolicyFinding, PolicyPack, PolicyReport, PolicyRule } from '../../../domain/policy.ts'
import type { Problem } from '../../../domain/problem.ts'

/** What the rules said of one plan, for every output. */
export interface PlanPolicies {
  /** Path of the plan, as the user typed it. */
  readonly plan: string
  readonly packs: readonly PolicyPack[]
  readonly report: PolicyReport
  /** What is wrong with the plan itself: then its rules could not be asked, and no report may look as if they had passed. */
  readonly problems?: readonly Problem[]
}

/** A plan whose rules could not be asked. */
export const NOTHING_ASKED: PolicyReport = { findings: [], asked: {}, questions: [], problems: [], warnings: [] }

export const rulesOf = ({ packs }: PlanPolicies): readonly PolicyRule[] => packs.flatMap((pack) => pack.rules)

export const isOpen = ({ waiver }: PolicyFinding): boolean => waiver === undefined

/** Where a rule is described, in the package. */
export const rulePage = (rule: string): string => `docs/policies.md#${rule.replace('/', '')}`
