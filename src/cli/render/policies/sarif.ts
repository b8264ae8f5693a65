import { dirname, isAbsolute, join } from 'node:path/posix'
import type { PolicyFinding, PolicyRule, PolicySeverity } from '../../../domain/policy.ts'
import type { Problem, SourceLocation } from '../../../domain/problem.ts'
import { rulePage, rulesOf } from './plan-policies.ts'
import type { PlanPolicies } from './plan-policies.ts'

/** https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html */
const SCHEMA = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json'

const LEVELS: Readonly<Record<PolicySeverity, 'error' | 'warning' | 'note'>> = { error: 'error', warning: 'warning', hint: 'note' }

/** A SARIF 2.1.0 log: a run a plan, every rule described, waived findings suppressed, what could not be asked as notifications of the tool. */
export const policySarif = (plans: readonly PlanPolicies[], version: string): object => ({
  $schema: SCHEMA,
  version: '2.1.0',
  runs: plans.map((plan) => run(plan, version)),
})

function run(plan: PlanPolicies, version: string): object {
  const rules = rulesOf(plan)
  const indices = new Map(rules.map(({ name }, index) => [name, index]))
  const { findings, warnings } = plan.report
  const problems = [...(plan.problems ?? []), ...plan.report.problems]
  // Sources are named from the plan's folder, a code host reads them from where the command ran.
  const fromHere = (source: SourceLocation | undefined): SourceLocation | undefined =>
    source && { ...source, file: isAbsolute(source.file) ? source.file : join(dirname(plan.plan), source.file) }
  return {
    tool: { driver: { name: 'jmc-migrate', version, semanticVersion: version, rules: rules.map(ruleDescriptor) } },
    automationDetails: { id: `jmc-migrate/policies/${plan.plan}` },
    invocations: [
      {
        executionSuccessful: problems.length === 0,
        toolExecutionNotifications: [
          ...problems.map((problem) => notification(problem, 'error')),
          ...warnings.map((problem) => notification(problem, 'warning')),
        ],
      },
    ],
    columnKind: 'utf16CodeUnits',
    results: findings.map((finding) => result({ ...finding, source: fromHere(finding.source) }, indices.get(finding.rule))),
  }
}

const ruleDescriptor = (rule: PolicyRule): object => ({
  id: rule.name,
  name: rule.name.replace(/(?:^|[/-])([a-z0-9])/g, (_, letter: string) => letter.toUpperCase()),
  shortDescription: { text: rule.why },
  fullDescription: { text: rule.why },
  help: { text: `${rule.why}\n\nFix: ${rule.fix}`, markdown: `${rule.why}\n\n**Fix**: ${rule.fix}\n\nSee \`${rulePage(rule.name)}\`.` },
  defaultConfiguration: { level: LEVELS[rule.severity] },
  properties: { tags: [rule.name.split('/')[0] ?? ''] },
})

function result(
  finding: Omit<PolicyFinding, 'source'> & { readonly source: SourceLocation | undefined },
  ruleIndex: number | undefined,
): object {
  const { rule, severity, object, path, message, fix, waiver } = finding
  const name = path === undefined ? object : `${object}/${path}`
  return {
    ruleId: rule,
    ...(ruleIndex !== undefined && { ruleIndex }),
    level: LEVELS[severity],
    message: { text: `${object}: ${message}. ${fix}` },
    locations: [
      {
        ...physical(finding.source),
        logicalLocations: [{ name: object, fullyQualifiedName: name, kind: 'object' }],
      },
    ],
    partialFingerprints: { 'ruleObjectPath/v1': `${rule}:${name}` },
    ...(waiver && {
      suppressions: [{ kind: 'external', status: 'accepted', justification: `${waiver.reason} (until ${waiver.expires})` }],
    }),
  }
}

const physical = (source: SourceLocation | undefined): object =>
  source === undefined
    ? {}
    : {
        physicalLocation: {
          artifactLocation: { uri: encodeURI(source.file.replaceAll('\\', '/')) },
          region: { startLine: source.line, startColumn: source.column },
        },
      }

const notification = ({ code, summary, location }: Problem, level: 'error' | 'warning'): object => ({
  descriptor: { id: code },
  level,
  message: { text: summary },
  ...(location && { locations: [physical(location)] }),
})
