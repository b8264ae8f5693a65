import type { PolicyFinding, PolicyPack, PolicyReport, PolicyRule, PolicySubjects, PolicyWaiver } from '../domain/policy.ts'
import { ProblemError } from '../domain/problem.ts'
import { tellAnswers } from './answers.ts'
import type { Question } from './ask.ts'
import { compiledRule } from './compiled.ts'
import { imagesNotAsked } from './images-not-asked.ts'
import { DEFAULT_LIMITS } from './limits.ts'
import type { PolicyLimits } from './limits.ts'
import { objectNames } from './names.ts'
import type { ObjectNames } from './names.ts'
import { policyProblem } from './policy-problem.ts'
import { standingAmong } from './standing.ts'
import { celSubjects } from './subject.ts'
import { Tally } from './tally.ts'
import type { Silent } from './tally.ts'
import { unansweredProblems } from './unanswered.ts'
import { waive } from './waivers.ts'

/**
 * Asks every rule about everything that it looks at. Reads nothing but its arguments. A rule that could not be asked is a problem (`policy-cannot-be-asked`,
 * `policy-too-slow`), never a pass; what is wrong with what stands already is a warning. Rejects where two packs have one name, and where a rule that came from no file is broken and asked.
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
  const names = objectNames(subjects)
  await tellAnswers(await questionsOf(rules, subjects, names), limits, tally.add)
  const silent = tally.silent
  const stands = standingAmong(subjects, names)
  const findings = tally.findings.map((each) => (each.severity === 'error' && stands(each.object) ? lowered(each) : each))
  const waived = waive(findings, waivers, { rules, subjects, names, unanswered: new Set(silent.map(({ rule }) => rule.name)) })
  const refuses = ({ rule, object }: Silent): boolean => rule.severity === 'error' && !stands(object)
  const notAsked = imagesNotAsked(rules, subjects)
  return {
    findings: waived.findings,
    asked: tally.asked,
    questions: [...tally.questions(waived.findings), ...notAsked.questions],
    problems: [...unansweredProblems(silent.filter(refuses), limits), ...waived.problems],
    warnings: [
      ...notAsked.warnings,
      ...unansweredProblems(
        silent.filter((each) => !refuses(each)),
        limits,
      ),
      ...waived.warnings,
    ],
  }
}

const lowered = (finding: PolicyFinding): PolicyFinding => ({ ...finding, severity: 'warning' })

/** A waiver and a finding name a rule by its pack: two packs of one name could not be told apart. */
function refuseTwins(packs: readonly PolicyPack[]): void {
  const twin = packs.find((pack, index) => packs.findIndex(({ name }) => name === pack.name) < index)
  if (twin === undefined) return
  const next = ['rename the pack: `pack: team-NAME`', 'built-in packs are left out with `policies.packs`']
  throw new ProblemError(policyProblem('duplicate-pack', `two policy packs are named \`${twin.name}\``, next, twin.rules[0]?.location))
}

/** Only what has something to look at is compiled. */
async function questionsOf(rules: readonly PolicyRule[], subjects: PolicySubjects, names: ObjectNames): Promise<readonly Question[]> {
  const subjectsOf = celSubjects(subjects, names)
  const about = rules.map((rule) => ({ rule, those: subjectsOf(rule) })).filter(({ those }) => those.length > 0)
  const compiled = await Promise.all(about.map(({ rule }) => compiledRule(rule)))
  return about.flatMap(({ rule, those }, index) => {
    const its = compiled[index]
    return its === undefined ? [] : those.map((subject) => ({ rule, compiled: its, subject }))
  })
}
