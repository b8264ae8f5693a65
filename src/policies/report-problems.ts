import type { PolicyFinding, PolicyReport, PolicySeverity } from '../domain/policy.ts'
import type { Problem } from '../domain/problem.ts'
import { policyProblem } from './policy-problem.ts'

const CODES: Readonly<Record<PolicySeverity, string>> = { error: 'policy-violation', warning: 'policy-warning', hint: 'policy-hint' }

/**
 * A report as problems, for whoever refuses a plan (`validate`, the dry run, the preflight): one a finding that is not waived, and all that could not be asked.
 * `refused` is empty where the plan may go on.
 */
export function reportProblems(report: PolicyReport): { readonly refused: readonly Problem[]; readonly warnings: readonly Problem[] } {
  const open = report.findings.filter(({ waiver }) => waiver === undefined)
  return {
    refused: [...report.problems, ...open.filter(({ severity }) => severity === 'error').map(findingProblem)],
    warnings: [...report.warnings, ...open.filter(({ severity }) => severity !== 'error').map(findingProblem)],
  }
}

function findingProblem(finding: PolicyFinding): Problem {
  const { rule, object, path, message, why, fix, severity, source } = finding
  return policyProblem(CODES[severity], sentence(object, path, message), [fix, ...waiverAdvice(finding)], source, [`${rule}: ${why}`])
}

/** A message that begins with the object does not need it twice. */
function sentence(object: string, path: string | undefined, message: string): string {
  if (message.startsWith(`${object} `)) return path === undefined ? message : `${message} (at ${path})`
  return `${path === undefined ? object : `${object} at ${path}`}: ${message}`
}

/** Only what refuses needs a waiver; the other findings may simply stay. */
function waiverAdvice({ severity, rule, object }: PolicyFinding): readonly string[] {
  if (severity !== 'error') return []
  return [`or accept it for a time, in \`policies.waivers\`: \`- { rule: ${rule}, object: ${object}, reason: WHY, expires: YYYY-MM-DD }\``]
}
