import type { PolicyRule } from '../domain/policy.ts'
import type { Problem } from '../domain/problem.ts'
import { grouped } from './grouped.ts'
import type { PolicyLimits } from './limits.ts'
import { policyProblem } from './policy-problem.ts'
import type { Silent } from './tally.ts'

/** Objects, or rules, that a problem names; the others are counted. */
const NAMED = 5

/** One problem a rule that gave no answer, whatever the number of its objects; one for all rules that nobody came to ask. */
export function unansweredProblems(silent: readonly Silent[], limits: PolicyLimits): readonly Problem[] {
  const byRule = [...grouped(silent, ({ rule }) => rule)]
  const tried = byRule.filter(([, those]) => those.some(wasAsked))
  const notReached = byRule.filter(([, those]) => !those.some(wasAsked)).map(([rule]) => rule)
  return [...tried.map(([rule, those]) => ruleProblem(rule, those)), ...allProblem(notReached, limits)]
}

const wasAsked = ({ silence }: Silent): boolean => silence.why !== 'skipped'

function ruleProblem(rule: PolicyRule, those: readonly Silent[]): Problem {
  const first = those.find(({ silence }) => silence.why === 'failed') ?? those.find(wasAsked)
  const object = first?.object ?? ''
  const details = others(those.filter((each) => each !== first).map((each) => each.object))
  if (first?.silence.why === 'failed') {
    const summary = `rule ${rule.name} cannot be asked about ${object}: ${first.silence.unanswered}`
    const next = [
      'ask for what an object may lack with `has(…)`, or with `.?field.orValue(…)`',
      `correct the rule in ${rule.location.file}`,
    ]
    return policyProblem('policy-cannot-be-asked', summary, next, rule.location, details)
  }
  const summary = `rule ${rule.name} took too long on ${object} and was stopped: ${first?.silence.unanswered ?? ''}`
  return policyProblem('policy-too-slow', summary, simpler(rule), rule.location, details)
}

function allProblem(rules: readonly PolicyRule[], limits: PolicyLimits): readonly Problem[] {
  const [first, ...more] = rules
  if (first === undefined) return []
  const summary = `rule ${first.name} was not asked: all rules together took more than ${limits.all} ms`
  return [policyProblem('policy-too-slow', summary, simpler(first), first.location, others(more.map(({ name }) => name)))]
}

const simpler = (rule: PolicyRule): readonly string[] => [
  'make the slow expression simpler: a pattern with nested repetitions is the usual cause',
  `correct the rule in ${rule.location.file}`,
]

function others(names: readonly string[]): readonly string[] {
  if (names.length === 0) return []
  const rest = names.length - NAMED
  return [`nor ${names.slice(0, NAMED).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`]
}
