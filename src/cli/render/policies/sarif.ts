import { isAbsolute } from 'node:path/posix'
import { pathToFileURL } from 'node:url'
import type { PolicyFinding, PolicyRule, PolicySeverity } from '../../../domain/policy.ts'
import type { Problem, SourcePlace } from '../../../domain/problem.ts'
import { rulePage, rulesOf } from './plan-policies.ts'
import type { PlanPolicies } from './plan-policies.ts'

/** https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html */
const SCHEMA = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json'

const HERE = '%SRCROOT%'

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
    originalUriBaseIds: { [HERE]: { description: { text: 'The folder in which the command ran.' } } },
    columnKind: 'utf16CodeUnits',
    results: findings.map((finding) => result(finding, indices.get(finding.rule))),
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

function result(finding: PolicyFinding, ruleIndex: number | undefined): object {
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

const physical = (source: SourcePlace | undefined): object =>
  source === undefined
    ? {}
    : {
        physicalLocation: {
          artifactLocation: artifact(source.file),
          ...(source.line !== undefined && { region: { startLine: source.line, startColumn: source.column } }),
        },
      }

/** Code hosts read relative names from the root of the checkout, where the command is to run. */
const artifact = (file: string): object =>
  isAbsolute(file) ? { uri: pathToFileURL(file).href } : { uri: encodeURI(file.replaceAll('\\', '/')), uriBaseId: HERE }

const notification = ({ code, summary, location }: Problem, level: 'error' | 'warning'): object => ({
  descriptor: { id: code },
  level,
  message: { text: summary },
  ...(location && { locations: [physical(location)] }),
})
