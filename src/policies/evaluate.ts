import type { PolicyPack, PolicyReport, PolicyRule, PolicySubjects, PolicyWaiver } from '../domain/policy.ts'
import { ProblemError } from '../domain/problem.ts'
import { tellAnswers } from './answers.ts'
import type { Question } from './ask.ts'
import { compiledRule } from './compiled.ts'
import { DEFAULT_LIMITS } from './limits.ts'
import type { PolicyLimits } from './limits.ts'
import { policyProblem } from './policy-problem.ts'
import { celSubjects } from './subject.ts'
import { Tally } from './tally.ts'
import type { Silent } from './tally.ts'
import { unansweredProblems } from './unanswered.ts'
import { waive } from './waivers.ts'

/**
 * Asks every rule about everything that it looks at. Reads nothing but its arguments. A rule that could not be asked is a problem (`policy-cannot-be-asked`,
 * `policy-too-slow`), never a pass. Rejects where two packs have one name, and where a rule that came from no file is broken.
 */
export async function evaluatePolicies(
  packs: readonly PolicyPack[],
  subjects: PolicySubjects,
  waivers: readonly PolicyWaiver[],
  limits: PolicyLimits = DEFAULT_LIMITS,
): Promise<PolicyReport> {
  refuseTwins(packs)
  const rules = packs.flatMap((pack) => pack.rules)
  const tally = new Tally(rules)
  await tellAnswers(await questionsOf(rules, subjects), limits, tally.add)
  const silent = tally.silent
  const waived = waive(tally.findings, waivers, rules, subjects, new Set(silent.map(({ rule }) => rule.name)))
  const refuses = ({ rule }: Silent): boolean => rule.severity === 'error'
  return {
    findings: waived.findings,
    asked: tally.asked,
    questions: tally.questions(waived.findings),
    problems: [...unansweredProblems(silent.filter(refuses), limits), ...waived.problems],
    warnings: [
      ...unansweredProblems(
        silent.filter((each) => !refuses(each)),
        limits,
      ),
      ...waived.warnings,
    ],
  }
}

/** A waiver and a finding name a rule by its pack: two packs of one name could not be told apart. */
function refuseTwins(packs: readonly PolicyPack[]): void {
  const twin = packs.find((pack, index) => packs.findIndex(({ name }) => name === pack.name) < index)
  if (twin === undefined) return
  const next = ['rename the pack: `pack: team-NAME`', 'built-in packs are left out with `policies.packs`']
  throw new ProblemError(policyProblem('duplicate-pack', `two policy packs are named \`${twin.name}\``, next, twin.rules[0]?.location))
}

async function questionsOf(rules: readonly PolicyRule[], subjects: PolicySubjects): Promise<readonly Question[]> {
  const subjectsOf = celSubjects(subjects)
  const compiled = await Promise.all(rules.map(compiledRule))
  return rules.flatMap((rule, index) => {
    const its = compiled[index]
    return its === undefined ? [] : subjectsOf(rule).map((subject) => ({ rule, compiled: its, subject }))
  })
}
