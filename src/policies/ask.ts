import type { PolicyRule } from '../domain/policy.ts'
import { ProblemError } from '../domain/problem.ts'
import { celError } from './compile.ts'
import type { CompiledRule, ExpressionField } from './compile.ts'
import type { PolicyLimits } from './limits.ts'
import type { Subject } from './subject.ts'

/** A rule and what it looks at. */
export interface Question {
  readonly rule: PolicyRule
  readonly compiled: CompiledRule
  readonly subject: Subject
}

/** What a rule has to say of a member: nothing (`RIGHT`), the sentence that says what is wrong, or why there is no answer. */
export type Answer = typeof RIGHT | { readonly message: string } | Unanswered
export const RIGHT = Symbol('right')

/** The expression could not answer. */
export interface Unanswered {
  readonly unanswered: string
}

/** The one member of a rule without `each`: the subject itself. */
export const ITSELF: readonly unknown[] = [undefined]

/** What the rule is asked about: none where `when` is false. */
export function membersOf({ rule, subject }: Question, compiled: CompiledRule, limits: PolicyLimits): readonly unknown[] | Unanswered {
  let field: ExpressionField = 'when'
  try {
    const asked: unknown = compiled.when === undefined || compiled.when(subject.context)
    if (typeof asked !== 'boolean') return unfit(field, 'true or false', asked)
    if (!asked) return []
    if (compiled.each === undefined) return ITSELF
    field = 'each'
    const given = compiled.each(subject.context)
    const list = listOf(given)
    if (list === undefined) return unfit(field, 'a list', given)
    return list.length > limits.members ? { unanswered: `\`each\` gives ${list.length} members, more than ${limits.members}` } : list
  } catch (error) {
    return failed(rule, field, error)
  }
}

/** Whether something is wrong with a member. */
export function answerOf(
  { rule, subject }: Question,
  { each, expression, message }: CompiledRule,
  it: unknown,
  index: number,
  limits: PolicyLimits,
): Answer {
  let field: ExpressionField = 'expression'
  const context = each === undefined ? subject.context : { ...subject.context, it, index: BigInt(index) }
  try {
    const right = expression(context)
    if (typeof right !== 'boolean') return unfit(field, 'true or false', right)
    if (right) return RIGHT
    field = 'message'
    const text = message(context)
    if (typeof text !== 'string') return unfit(field, 'text', text)
    return { message: text.length > limits.message ? `${text.slice(0, limits.message)}…` : text }
  } catch (error) {
    return failed(rule, field, error)
  }
}

const listOf = (value: unknown): readonly unknown[] | undefined =>
  Array.isArray(value) ? value : value instanceof Set ? [...value] : undefined

/** An error of an expression is an answer too: that there is none. That nobody can compile it is none. */
function failed(rule: PolicyRule, field: ExpressionField, error: unknown): Unanswered {
  if (error instanceof ProblemError) throw error
  const { reason, start } = celError(error, rule[field] ?? '')
  return { unanswered: `\`${field}\` fails at character ${start + 1}: ${reason}` }
}

const unfit = (field: ExpressionField, wanted: string, value: unknown): Unanswered => ({
  unanswered: `\`${field}\` gives ${typeName(value)}, not ${wanted}`,
})

function typeName(value: unknown): string {
  if (value === null || value === undefined) return 'nothing'
  if (typeof value === 'bigint' || typeof value === 'number') return 'a number'
  if (typeof value === 'string') return 'text'
  if (typeof value === 'boolean') return 'true or false'
  return listOf(value) === undefined ? 'a map' : 'a list'
}
