/** A rule of Traefik v3 as a tree. */
export type Rule =
  | { readonly kind: 'and' | 'or'; readonly left: Rule; readonly right: Rule }
  | { readonly kind: 'not'; readonly rule: Rule }
  | { readonly kind: 'matcher'; readonly name: string; readonly values: readonly string[] }

const TOKEN = /[ \t\r\n]*(?:(&&|\|\||[!(),])|([A-Za-z]\w*)|`([^`]*)`|"((?:[^"\\\n]|\\["\\nrt])*)")/y
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' }

type Token = { readonly type: 'symbol' | 'name' | 'text'; readonly value: string }

/**
 * Reads a rule: matchers, `&&` before `||`, `!`, parentheses, strings in backticks or double quotes (Traefik's rules are Go
 * expressions). Undefined: not of this language as far as we know it, so nothing may be concluded from it.
 */
export function parseRule(text: string): Rule | undefined {
  const tokens = tokenize(text)
  if (tokens === undefined) return undefined
  const reader = { tokens, at: 0 }
  const rule = either(reader)
  return rule !== undefined && reader.at === tokens.length ? rule : undefined
}

function tokenize(text: string): readonly Token[] | undefined {
  const tokens: Token[] = []
  for (let at = 0; at < text.trimEnd().length; at = TOKEN.lastIndex) {
    TOKEN.lastIndex = at
    const found = TOKEN.exec(text)
    if (found === null) return undefined
    const [, symbol, name, raw, quoted] = found
    if (symbol !== undefined) tokens.push({ type: 'symbol', value: symbol })
    else if (name !== undefined) tokens.push({ type: 'name', value: name })
    else if (raw !== undefined) tokens.push({ type: 'text', value: raw.replaceAll('\r', '') })
    else tokens.push({ type: 'text', value: (quoted ?? '').replace(/\\(.)/g, (_, letter: string) => ESCAPES[letter] ?? letter) })
  }
  return tokens
}

interface Reader {
  readonly tokens: readonly Token[]
  at: number
}

const either = (reader: Reader): Rule | undefined => chain(reader, '||', 'or', (inner) => chain(inner, '&&', 'and', single))

function chain(reader: Reader, symbol: string, kind: 'and' | 'or', part: (reader: Reader) => Rule | undefined): Rule | undefined {
  let left = part(reader)
  while (left !== undefined && take(reader, symbol)) {
    const right = part(reader)
    left = right && { kind, left, right }
  }
  return left
}

function single(reader: Reader): Rule | undefined {
  if (take(reader, '!')) {
    const rule = single(reader)
    return rule && { kind: 'not', rule }
  }
  if (take(reader, '(')) {
    const rule = either(reader)
    return rule !== undefined && take(reader, ')') ? rule : undefined
  }
  return matcher(reader)
}

function matcher(reader: Reader): Rule | undefined {
  const name = reader.tokens[reader.at++]
  if (name?.type !== 'name' || !take(reader, '(')) return undefined
  const values: string[] = []
  do {
    const value = reader.tokens[reader.at++]
    if (value?.type !== 'text') return undefined
    values.push(value.value)
  } while (take(reader, ','))
  return take(reader, ')') ? { kind: 'matcher', name: name.value, values } : undefined
}

function take(reader: Reader, symbol: string): boolean {
  const token = reader.tokens[reader.at]
  if (token?.type !== 'symbol' || token.value !== symbol) return false
  reader.at++
  return true
}
