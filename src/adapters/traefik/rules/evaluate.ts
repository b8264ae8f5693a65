import type { RouteQuestion } from '../../../domain/ports/edge.ts'
import type { Answer } from './answer.ts'
import { and, not, or } from './answer.ts'
import { matches } from './matchers.ts'
import type { Rule } from './parse.ts'
import { parseRule } from './parse.ts'

/** Whether a rule of Traefik matches the request; `unknown` where it uses anything that we cannot decide. */
export function ruleMatches(rule: string, question: RouteQuestion, syntax: 'v2' | 'v3' = 'v3'): Answer {
  const tree = parseRule(rule)
  return tree === undefined ? 'unknown' : evaluate(tree, question, syntax)
}

function evaluate(rule: Rule, question: RouteQuestion, syntax: 'v2' | 'v3'): Answer {
  const inner = (part: Rule): Answer => evaluate(part, question, syntax)
  switch (rule.kind) {
    case 'and':
      return and(inner(rule.left), inner(rule.right))
    case 'or':
      return or(inner(rule.left), inner(rule.right))
    case 'not':
      return not(inner(rule.rule))
    case 'matcher':
      return matches(rule.name, rule.values, question, syntax)
  }
}
