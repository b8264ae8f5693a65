import type { Json } from './json.ts'

/** The text has something that the reader of plain YAML does not want to be sure about. */
export class NotPlain extends Error {}

/** Deeper brackets are left to the full parser. */
const DEEPEST = 32

const KEY = /(?:[A-Za-z_][\w./-]{0,200}|"[A-Za-z_][\w ./@-]{0,200}"|'[A-Za-z_][\w ./@-]{0,200}')(?=:(?: |$))/y
/** Spaces, then a comment or the end of the line. */
const REST = / *(?: #.*)?$/y
/** Without escapes. */
const DOUBLE = /"[^"\\]*"/y
const SINGLE = /'[^']*'/y
/** Words without `: ` and ` #`; other first characters mean something to YAML, or may. */
const PLAIN = /(?:[\w/]|\.\.?\/)(?:[^ :#]|:(?! |$)|(?<! )#| +(?![ #]|$))*/y
const PLAIN_IN_FLOW = /(?:[\w/]|\.\.?\/)(?:[^ :#,[\]{}]|:(?![ ,[\]{}]|$)|(?<! )#| +(?![ #:,[\]{}]|$))*/y

/** Words that are no text, or text in YAML 1.2 alone. (The `yaml` package takes `e1` and `e+1` for numbers of YAML 1.1.) */
const SPECIAL = /^(?:true|false|null|y|n|yes|no|on|off|e[-+]?[\d_]+)$/i
const INTEGER = /^(?:0|[1-9]\d{0,14})$/
const DECIMAL = /^(?:0|[1-9]\d{0,8})\.\d{1,6}$/
/** A digit first, yet no number or time in any reading: a letter that none of them has (`5m`, `128Mi`), or two dots (an address). */
const DIGIT_TEXT = /^\d.*[G-NP-SU-WYg-np-su-wy/]|^\d.*\..*\./

/** The key that begins at `at`, and where its colon ends. With `maybe`, undefined where there is none. */
export function keyOf(line: string, at: number): { readonly key: string; readonly after: number }
export function keyOf(line: string, at: number, maybe: 'maybe'): { readonly key: string; readonly after: number } | undefined
export function keyOf(line: string, at: number, maybe?: 'maybe'): { readonly key: string; readonly after: number } | undefined {
  const written = match(KEY, line, at)
  if (written === undefined && maybe !== undefined) return undefined
  if (written === undefined) throw new NotPlain()
  const quoted = written.startsWith('"') || written.startsWith("'")
  const key = quoted ? written.slice(1, -1) : written
  if (key === '__proto__' || (!quoted && SPECIAL.test(key))) throw new NotPlain()
  return { key, after: at + written.length + 1 }
}

/** The value from `from` to the end of the line, a comment aside; undefined where there is none. */
export function valueOf(line: string, from: number): Json | undefined {
  if (match(REST, line, from) !== undefined) return undefined
  const { value, end } = valueAt(line, spaces(line, from), PLAIN, 0)
  if (match(REST, line, end) === undefined) throw new NotPlain()
  return value
}

interface Read {
  readonly value: Json
  readonly end: number
}

function valueAt(line: string, at: number, plain: RegExp, depth: number): Read {
  const first = line[at]
  if (first === '[') return flowList(line, at, depth)
  if (first === '{') return flowMap(line, at, depth)
  const quoted = first === '"' || first === "'"
  const written = match(first === '"' ? DOUBLE : first === "'" ? SINGLE : plain, line, at)
  if (written === undefined) throw new NotPlain()
  return { value: quoted ? written.slice(1, -1) : scalar(written), end: at + written.length }
}

function flowList(line: string, open: number, depth: number): Read {
  const value: Json[] = []
  let at = begin(line, open, depth)
  while (line[at] !== ']') {
    const item = valueAt(line, at, PLAIN_IN_FLOW, depth + 1)
    value.push(item.value)
    at = separator(line, item.end, ']')
  }
  return { value, end: at + 1 }
}

function flowMap(line: string, open: number, depth: number): Read {
  const value: Record<string, Json> = {}
  let at = begin(line, open, depth)
  while (line[at] !== '}') {
    const { key, after } = keyOf(line, at)
    if (Object.hasOwn(value, key)) throw new NotPlain()
    const member = valueAt(line, spaces(line, after), PLAIN_IN_FLOW, depth + 1)
    value[key] = member.value
    at = separator(line, member.end, '}')
  }
  return { value, end: at + 1 }
}

function begin(line: string, open: number, depth: number): number {
  if (depth > DEEPEST) throw new NotPlain()
  return spaces(line, open + 1)
}

/** The offset of the next member, behind the comma, or of the bracket that closes. */
function separator(line: string, end: number, close: ']' | '}'): number {
  const at = spaces(line, end)
  if (line[at] === close) return at
  const next = spaces(line, at + 1)
  if (line[at] !== ',' || line[next] === close) throw new NotPlain()
  return next
}

function scalar(written: string): Json {
  const first = written.charCodeAt(0)
  if (first >= ZERO && first <= NINE) {
    if (INTEGER.test(written) || DECIMAL.test(written)) return Number(written)
    if (DIGIT_TEXT.test(written)) return written
    throw new NotPlain()
  }
  if (!SPECIAL.test(written)) return written
  if (written === 'true' || written === 'false') return written === 'true'
  if (written === 'null') return null
  throw new NotPlain()
}

const ZERO = 48
const NINE = 57

function match(pattern: RegExp, line: string, at: number): string | undefined {
  pattern.lastIndex = at
  return pattern.exec(line)?.[0]
}

function spaces(line: string, from: number): number {
  let at = from
  while (line[at] === ' ') at++
  return at
}
