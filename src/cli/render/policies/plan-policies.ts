import type { PolicyFinding, PolicyPack, PolicyReport, PolicyRule } from '../../../domain/policy.ts'

/** What the rules said of one plan, for every output. */
export interface PlanPolicies {
  /** Path of the plan, as the user typed it. */
  readonly plan: string
  readonly packs: readonly PolicyPack[]
  readonly report: PolicyReport
}

export const rulesOf = ({ packs }: PlanPolicies): readonly PolicyRule[] => packs.flatMap((pack) => pack.rules)

export const isOpen = ({ waiver }: PolicyFinding): boolean => waiver === undefined

/** Where a rule is described, in the package. */
export const rulePage = (rule: string): string => `docs/policies.md#${rule.replace('/', '')}`
