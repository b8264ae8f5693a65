import type { Problem, SourceLocation } from '../domain/problem.ts'
import type { Broken } from './compile.ts'
import { expressionAdvice } from './expression-advice.ts'
import { offsetInScalar } from './place-in-scalar.ts'
import { policyProblem } from './policy-problem.ts'
import type { PlanPath, PlanSource } from '../plan/source.ts'

/** An expression that nobody can ask, underlined where it breaks. */
export function brokenExpression(source: PlanSource, rule: string, path: PlanPath, value: string, broken: Broken): Problem {
  const summary = `rule ${rule}: \`${broken.field}\` is broken: ${broken.reason}`
  return policyProblem('policy-expression-broken', summary, [expressionAdvice(broken, value)], placeOf(source, path, value, broken))
}

function placeOf(source: PlanSource, path: PlanPath, value: string, { start, end }: Broken): SourceLocation {
  const scalar = offsetOf(source, source.locate(path))
  const from = offsetInScalar(source.text, scalar, value, start)
  return source.at(from, Math.max(from + 1, offsetInScalar(source.text, scalar, value, end - 1) + 1))
}

/** Back from line and column to an offset into the text. */
function offsetOf(source: PlanSource, { line, column }: SourceLocation): number {
  let offset = 0
  for (let passed = 1; passed < line; passed++) offset = source.text.indexOf('\n', offset) + 1
  return offset + column - 1
}
