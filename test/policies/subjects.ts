import { parseAllDocuments } from 'yaml'
import type { PolicyPack, PolicyPlan, PolicySubjects, PolicyWaiver } from '../../src/domain/policy.ts'
import type { KubernetesObject } from '../../src/domain/ports/kubernetes.ts'
import { readPolicyPack } from '../../src/policies/read-pack.ts'

export const PLAN: PolicyPlan = {
  name: 'shop',
  environment: 'production',
  namespace: 'shop',
  singleWriter: false,
  movesSite: false,
  host: '',
  expects: {},
}

export const NOW = Date.UTC(2026, 5, 15, 12)

/** Objects from YAML documents, one line of `shop.yaml` each. */
export function subjects(yaml: string, more: Partial<PolicySubjects> = {}): PolicySubjects {
  const objects = parseAllDocuments(yaml).map((document, index) => ({
    object: document.toJS() as KubernetesObject,
    step: 'deploy',
    source: { file: 'shop.yaml', line: index + 1, column: 1 },
  }))
  return { plan: PLAN, objects, charts: [], now: NOW, ...more }
}

/** A pack `team` of rules whose fields beside the given ones say nothing worth reading. */
export function pack(...rules: readonly Readonly<Record<string, unknown>>[]): Promise<PolicyPack> {
  return readPolicyPack('team.yaml', packText(...rules))
}

export function packText(...rules: readonly Readonly<Record<string, unknown>>[]): string {
  const lines = rules.flatMap((rule, index) => {
    const whole = { name: `rule-${index}`, severity: 'error', looksAt: 'object', message: "'wrong'", why: 'why', fix: 'fix', ...rule }
    return Object.entries(whole).map(([key, value], line) => `${line === 0 ? '  - ' : '    '}${key}: ${JSON.stringify(value)}`)
  })
  return ['apiVersion: jmc-migrate/policy/v1', 'pack: team', 'summary: what the team wants', 'rules:', ...lines, ''].join('\n')
}

export const waiver = (fields: Partial<PolicyWaiver>): PolicyWaiver => ({
  rule: 'team/rule-0',
  object: '*',
  reason: 'known',
  expires: '2026-12-31',
  location: { file: 'plan.yaml', line: 9, column: 5 },
  ...fields,
})
