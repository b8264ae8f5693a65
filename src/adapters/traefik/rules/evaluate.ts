import type { RouteQuestion } from '../../../domain/ports/edge.ts'
import type { Answer } from './answer.ts'
import { and, not, or } from './answer.ts'
import { matches } from './matchers.ts'
import type { Rule } from './parse.ts'
import { parseRule } from './parse.ts'

/** Whether a rule of Traefik v3 matches the request; `unknown` where it uses anything that we cannot decide. */
export function ruleMatches(rule: string, question: RouteQuestion): Answer {
  const tree = parseRule(rule)
  return tree === undefined ? 'unknown' : evaluate(tree, question)
}

function evaluate(rule: Rule, question: RouteQuestion): Answer {
  switch (rule.kind) {
    case 'and':
      return and(evaluate(rule.left, question), evaluate(rule.right, question))
    case 'or':
      return or(evaluate(rule.left, question), evaluate(rule.right, question))
    case 'not':
      return not(evaluate(rule.rule, question))
    case 'matcher':
      return matches(rule.name, rule.values, question)
  }
}
