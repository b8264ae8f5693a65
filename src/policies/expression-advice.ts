import { nearest } from '../domain/nearest.ts'
import type { Broken } from './compile.ts'

/** What to do about an expression that breaks; `text` is the expression. */
export function expressionAdvice(broken: Broken, text: string): string {
  const meant = broken.meant ?? macroMeant(broken, text)
  if (meant !== undefined) return `did you mean \`${meant}\`?`
  const word = wordAt(text, broken.start)
  return (
    ADVICE.find(({ reason, at }) => reason.test(broken.reason) && (at === undefined || at.test(word)))?.advice ??
    'correct the CEL expression; docs/policies.md says what rules may name'
  )
}

/** These the language itself has, with a variable of their own: a mistyped one is told as a variable that nobody knows. */
const MACROS = ['all', 'exists', 'exists_one', 'filter', 'map']

function macroMeant({ reason, start }: Broken, text: string): string | undefined {
  if (!reason.startsWith('unknown variable')) return undefined
  const called = /\.(\w+)\(\s*$/.exec(text.slice(0, start))?.[1]
  return called === undefined || MACROS.includes(called) ? undefined : nearest(called, MACROS)
}

/** The word around this place, or the character. */
function wordAt(text: string, start: number): string {
  const before = /\w*$/.exec(text.slice(0, start))?.[0] ?? ''
  const behind = /^\w*/.exec(text.slice(start))?.[0] ?? ''
  return before + behind || text.charAt(start)
}

const ADVICE: readonly { readonly reason: RegExp; readonly at?: RegExp; readonly advice: string }[] = [
  { reason: /^unexpected/, at: /^=$/, advice: 'write `==` to compare' },
  { reason: /^unexpected/, at: /^(and|or|not)$/i, advice: 'write `&&` for and, `||` for or, `!` for not' },
  { reason: /^unexpected/, at: /^\w{2,}$/, advice: "call it with a dot and brackets: `object.metadata.name.matches('…')`" },
  {
    reason: /^(unexpected token: EOF|expected \w+, got EOF)/,
    advice: 'it ends too early: close what was opened, or write what is missing',
  },
  { reason: /^unexpected token: DOT/, advice: 'a field that may be missing is asked for with `.?field.orValue(…)`' },
  { reason: /^expected RPAREN|^expected RBRACKET|^expected RBRACE/, advice: 'close the bracket before this' },
  { reason: /^(unterminated|newline in string)/, advice: 'close the text with the quote that it begins with' },
  { reason: /^has\(\) invalid argument/, advice: "`has` takes one field: `has(object.spec.replicas)`; of a key: `'key' in object.data`" },
  { reason: /^reserved identifier/, at: /^(if|else)$/, advice: 'there is no `if`: write `condition ? this : that`' },
  { reason: /^reserved identifier/, advice: "this word belongs to the language: as a key write `['word']`" },
  { reason: /^unknown variable/, advice: "put it in quotes if it is meant as text: `'text'`; docs/policies.md says what rules may name" },
  {
    reason: /^found no matching overload/,
    advice: 'no function has this name and takes these arguments; docs/policies.md lists the functions and what they take',
  },
  { reason: /^no such overload/, advice: 'make both sides one type: `string(…)`, `int(…)` or `double(…)`' },
  { reason: /^ternary branches/, advice: 'make both branches one type: `string(…)`, or `dyn(…)` around each' },
  { reason: /(not true or false|requires bool)/, advice: 'compare it with something: `… == …`, `size(…) > 0`, `has(…)`' },
  { reason: /not a list$/, advice: 'put it into a list: `[…]`, or take the field that holds the list' },
  { reason: /not text$/, advice: 'make it text: `string(…)`' },
]
