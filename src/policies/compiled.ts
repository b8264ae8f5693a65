import type { PolicyRule } from '../domain/policy.ts'
import { ProblemError } from '../domain/problem.ts'
import { compileAtNeed, compileRule } from './compile.ts'
import type { Broken, CompiledRule } from './compile.ts'
import { policyProblem } from './policy-problem.ts'

const known = new WeakMap<PolicyRule, CompiledRule>()

/** A rule is compiled once, where its file is read. */
export const rememberCompiled = (rule: PolicyRule, compiled: CompiledRule): void => void known.set(rule, compiled)

/** The compiled rule. One that came from no file was checked when the package was built: asking it throws `policy-expression-broken` where it is broken all the same. */
export async function compiledRule(rule: PolicyRule): Promise<CompiledRule> {
  const remembered = known.get(rule)
  if (remembered !== undefined) return remembered
  const compiled = await compileAtNeed(rule, (broken) => refuse(rule, [broken]))
  rememberCompiled(rule, compiled)
  return compiled
}

/** Compiled anew: what the watchdog cut off in the middle may be left in any state. */
export async function freshlyCompiled(rule: PolicyRule): Promise<CompiledRule> {
  const compiled = await compileRule(rule)
  return 'expression' in compiled ? compiled : refuse(rule, compiled)
}

function refuse(rule: PolicyRule, broken: readonly Broken[]): never {
  const reasons = broken.map(({ field, reason }) => `\`${field}\`: ${reason}`).join('; ')
  const summary = `rule ${rule.name} is broken: ${reasons}`
  throw new ProblemError(policyProblem('policy-expression-broken', summary, ['correct the CEL expression'], rule.location))
}
