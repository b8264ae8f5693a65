import type { PolicyPack, PolicyRule } from '../domain/policy.ts'
import type { Problem } from '../domain/problem.ts'
import type { PlanSource } from '../plan/source.ts'
import { evaluatePolicies } from './evaluate.ts'
import { exampleSubjects } from './example.ts'
import { policyProblem } from './policy-problem.ts'

type Example = keyof PolicyRule['examples']

/** Asks every rule about its own examples: what they promise and the rule does not keep, each at its place. */
export async function checkExamples(pack: PolicyPack, source: PlanSource): Promise<readonly Problem[]> {
  const problems: Problem[] = []
  for (const [index, rule] of pack.rules.entries())
    for (const example of ['passing', 'failing'] as const) {
      const wrong = rule.examples[example].trim() === '' ? undefined : await whatIsWrong({ ...pack, rules: [rule] }, rule, example)
      if (wrong === undefined) continue
      const next = ['correct the rule or the example; docs/policies.md shows a whole file']
      const location = source.locate(['rules', index, 'examples', example], 'key')
      problems.push(policyProblem('policy-example-wrong', `rule ${rule.name}: the ${example} example ${wrong}`, next, location))
    }
  return problems
}

async function whatIsWrong(pack: PolicyPack, rule: PolicyRule, example: Example): Promise<string | undefined> {
  let subjects
  try {
    subjects = exampleSubjects(rule, example)
  } catch (error) {
    return `cannot be read: ${error instanceof Error ? error.message : String(error)}`
  }
  const { findings, asked, problems, warnings } = await evaluatePolicies([pack], subjects, [])
  const [silent] = [...problems, ...warnings]
  if (silent !== undefined) return `gives no answer: ${[silent.summary, ...(silent.details ?? [])].join('; ')}`
  if (example === 'failing') return findings.length > 0 ? undefined : 'does not fail'
  if (findings[0] !== undefined) return `fails: ${findings[0].message}`
  return (asked[rule.name] ?? 0) > 0 ? undefined : 'passes only because the rule finds nothing in it to look at'
}
