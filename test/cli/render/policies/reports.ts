import type { PlanPolicies } from '../../../../src/cli/render/policies/plan-policies.ts'
import type { PolicyFinding, PolicyRule, PolicySeverity } from '../../../../src/domain/policy.ts'

const rule = (name: string, severity: PolicySeverity): PolicyRule => ({
  name,
  severity,
  looksAt: 'object',
  kinds: [],
  expression: 'true',
  message: "''",
  why: `why of ${name}`,
  fix: `fix of ${name}`,
  location: { file: 'policies/a.yaml', line: 1, column: 1 },
  examples: { passing: '', failing: '' },
})

const LIMITS_SET = rule('workloads/limits-set', 'error')
const NO_LATEST = rule('workloads/no-latest-tag', 'error')
const READ_ONLY = rule('workloads/read-only-root', 'hint')
const MINE = rule('team/mine', 'error')
const IDLE = rule('team/idle', 'warning')

const finding = (of: PolicyRule, object: string, more: Partial<PolicyFinding>): PolicyFinding => ({
  rule: of.name,
  severity: of.severity,
  object,
  message: 'something is wrong',
  why: of.why,
  fix: of.fix,
  ...more,
})

/** One of everything: an error, a hint, a waived finding, a rule that could not be asked, one that passed, one that nobody asked. */
export const POLICIES: PlanPolicies = {
  plan: 'plans/shop.yaml',
  packs: [
    { name: 'workloads', summary: 's', rules: [LIMITS_SET, NO_LATEST, READ_ONLY] },
    { name: 'team', summary: 's', rules: [MINE, IDLE] },
  ],
  report: {
    findings: [
      finding(LIMITS_SET, 'Deployment/web', {
        path: 'spec.template.spec.containers[0].resources',
        message: 'container "web" sets <no> memory & cpu limit',
        source: { file: 'fixtures/my shop/web.yaml', line: 12, column: 3 },
      }),
      finding(READ_ONLY, 'Deployment/web', { source: { file: 'fixtures/my shop/web.yaml', line: 12, column: 3 } }),
      finding(NO_LATEST, 'Deployment/web', { waiver: { reason: 'built on the node', expires: '2027-06-30' } }),
    ],
    asked: { 'workloads/limits-set': 2, 'workloads/no-latest-tag': 1, 'workloads/read-only-root': 1, 'team/mine': 1, 'team/idle': 0 },
    questions: [
      { rule: 'workloads/limits-set', object: 'Deployment/web', verdict: 'found' },
      { rule: 'workloads/limits-set', object: 'Deployment/api', verdict: 'passed' },
      { rule: 'workloads/no-latest-tag', object: 'Deployment/web', verdict: 'waived' },
      { rule: 'workloads/read-only-root', object: 'Deployment/web', verdict: 'found' },
      { rule: 'team/mine', object: 'Service/web', verdict: 'inconclusive', reason: 'No such key: x' },
    ],
    problems: [
      {
        code: 'policy-cannot-be-asked',
        summary: 'rule team/mine cannot be asked about Service/web: No such key: x',
        next: ['correct the rule'],
        location: { file: 'policies/team.yaml', line: 5, column: 11 },
      },
    ],
    warnings: [{ code: 'waiver-unused', summary: 'the waiver waives nothing', next: ['remove it'] }],
  },
}

export const NOTHING: PlanPolicies = {
  plan: 'plans/empty.yaml',
  packs: POLICIES.packs,
  report: { findings: [], asked: { 'team/mine': 0 }, questions: [], problems: [], warnings: [] },
}
