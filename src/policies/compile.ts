import type { Environment, ParseResult } from '@marcbachmann/cel-js'
import type { PolicyRule } from '../domain/policy.ts'
import { celEnvironment } from './environment.ts'
import { nearest } from '../plan/suggestion.ts'

/** The expressions of a rule, by their fields in the file. */
export type ExpressionField = 'when' | 'each' | 'expression' | 'message'

/** Anything that an expression may give; whoever asks must look. */
export type Evaluate = (context: Readonly<Record<string, unknown>>) => unknown

export type CompiledRule = Readonly<Record<'expression' | 'message', Evaluate>> & Partial<Readonly<Record<'when' | 'each', Evaluate>>>

/** Why an expression cannot be used, and where in it (offsets into the expression). */
export interface Broken {
  readonly field: ExpressionField
  readonly reason: string
  readonly start: number
  readonly end: number
  readonly meant?: string
}

type Expressions = Pick<PolicyRule, 'looksAt' | ExpressionField>

/** Parses and type-checks the expressions of a rule. All that is broken comes at once. */
export async function compileRule(rule: Expressions): Promise<CompiledRule | readonly Broken[]> {
  const outer = await celEnvironment(rule.looksAt, false)
  const inner = rule.each === undefined ? outer : await celEnvironment(rule.looksAt, true)
  const when = rule.when === undefined ? undefined : compile(outer, 'when', rule.when)
  const each = rule.each === undefined ? undefined : compile(outer, 'each', rule.each)
  const expression = compile(inner, 'expression', rule.expression)
  const message = compile(inner, 'message', rule.message)
  const broken = [when, each, expression, message].filter((part) => part !== undefined && typeof part !== 'function')
  if (broken.length > 0 || typeof expression !== 'function' || typeof message !== 'function') return broken
  return {
    ...(typeof when === 'function' && { when }),
    ...(typeof each === 'function' && { each }),
    expression,
    message,
  }
}

/** The same for a rule that was checked before: each expression is compiled when it is first asked, for most never are. `refuse` gets one that is broken all the same. */
export async function compileAtNeed(rule: Expressions, refuse: (broken: Broken) => never): Promise<CompiledRule> {
  const outer = await celEnvironment(rule.looksAt, false)
  const inner = rule.each === undefined ? outer : await celEnvironment(rule.looksAt, true)
  const atNeed = (environment: Environment, field: ExpressionField, text: string): Evaluate => {
    let known: Evaluate | undefined
    const first = (): Evaluate => {
      const compiled = compile(environment, field, text)
      return typeof compiled === 'function' ? compiled : refuse(compiled)
    }
    return (context) => (known ??= first())(context)
  }
  return {
    ...(rule.when !== undefined && { when: atNeed(outer, 'when', rule.when) }),
    ...(rule.each !== undefined && { each: atNeed(outer, 'each', rule.each) }),
    expression: atNeed(inner, 'expression', rule.expression),
    message: atNeed(inner, 'message', rule.message),
  }
}

/** What each expression must give. `dyn` may turn out to be anything: it is looked at when it is evaluated. */
const GIVES: Readonly<Record<ExpressionField, { readonly type: RegExp; readonly words: string }>> = {
  when: { type: /^(bool|dyn)$/, words: 'true or false' },
  each: { type: /^(list\b.*|dyn)$/, words: 'a list' },
  expression: { type: /^(bool|dyn)$/, words: 'true or false' },
  message: { type: /^(string|dyn)$/, words: 'text' },
}

function compile(environment: Environment, field: ExpressionField, text: string): Evaluate | Broken {
  let parsed: ParseResult
  try {
    parsed = environment.parse(text)
  } catch (error) {
    return broken(environment, field, text, error)
  }
  const checked = parsed.check()
  if (!checked.valid) return broken(environment, field, text, checked.error)
  const { type, words } = GIVES[field]
  if (checked.type !== undefined && !type.test(checked.type.replace(/^dyn<.*>$/, 'dyn'))) {
    return { field, reason: `it gives ${checked.type}, not ${words}`, start: 0, end: text.trimEnd().length }
  }
  return (context) => run(parsed, context)
}

/** The library's own type of a result is `any`. */
const run = (parsed: ParseResult, context: Readonly<Record<string, unknown>>): unknown => {
  const result: unknown = parsed(context)
  return result
}

function broken(environment: Environment, field: ExpressionField, text: string, error: unknown): Broken {
  const { reason, start, end } = celError(error, text)
  const name = /^(?:Unknown variable: |found no matching overload for '(?:[^'(]*\.)?)(\w+)/.exec(reason)?.[1]
  const meant = name === undefined || isKnown(environment, name) ? undefined : nearest(name, names(environment))
  return { field, reason: lower(reason), start, end, ...(meant !== undefined && { meant }) }
}

/** The library's words and range; its message would draw the expression once more. */
export function celError(error: unknown, text: string): { readonly reason: string; readonly start: number; readonly end: number } {
  const whole = { start: 0, end: text.trimEnd().length }
  if (!(error instanceof Error)) return { reason: String(error), ...whole }
  const reason = 'summary' in error && typeof error.summary === 'string' ? error.summary : (error.message.split('\n')[0] ?? '')
  const range: unknown = 'range' in error ? error.range : undefined
  return { reason, ...(isRange(range) ? clipped(range, text) : whole) }
}

type Range = Readonly<Record<'start' | 'end', number>>
const isRange = (range: unknown): range is Range =>
  typeof range === 'object' && range !== null && 'start' in range && typeof range.start === 'number' && 'end' in range

/** The end of the expression is a place that a caret cannot show: the last character is. */
function clipped({ start, end }: Range, text: string): Range {
  const from = Math.min(start, Math.max(0, text.trimEnd().length - 1))
  return { start: from, end: Math.max(from + 1, end) }
}

const lower = (reason: string): string => (/^[A-Z][a-z]/.test(reason) ? reason.charAt(0).toLowerCase() + reason.slice(1) : reason)

const names = (environment: Environment): readonly string[] => {
  const { variables, functions } = environment.getDefinitions()
  return [...variables.map(({ name }) => name), ...functions.map(({ name }) => name)]
}
const isKnown = (environment: Environment, name: string): boolean => names(environment).includes(name)
