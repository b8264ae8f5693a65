import type { Line } from './scan-lines.ts'

/** The file has something that the line scanner does not want to be sure about. */
export class NotScannable extends Error {}

export interface ScannedValue {
  readonly kind: 'nothing' | 'alias' | 'flow' | 'scalar'
  readonly anchored: boolean
}

const KEY = /(?:\w[\w.@/-]{0,200}|"\w[\w.@/ -]{0,200}"|'\w[\w.@/ -]{0,200}')(?=:(?: |\r?\n|\r?$))/y
/** Spaces, then a comment or the end of the line. */
const REST = / *(?: #[^\n]*|(?=\r?\n|\r?$))/y
const ANCHOR = /&([\w-]+)(?: +|(?=\r?\n|\r?$))/y
const ALIAS = /\*([\w-]+)/y
const DOUBLE = /"(?:[^"\\\n]|\\["\\/nrt])*"/y
const SINGLE = /'(?:[^'\n]|'')*'/y
/** A plain scalar that no reading of YAML takes for anything else: `: `, ` #` and leading indicators are left to the full parser. */
const PLAIN =
  /(?:[A-Za-z0-9_/.$^(\\+~\u00a1-\u2027\u2030-\ud7ff\ue000-\ufefe]|-(?=[^\s-]))(?:[^\s:#]|:(?=[^\s])|(?<=[^\s])#| +(?=[^\s#]))*/y
const PLAIN_IN_FLOW = /[A-Za-z0-9_/.$^(\\+~](?:[^\s:#,[\]{}]|:(?=[^\s,[\]{}])| +(?=[^\s#,[\]{}:]))*/y

/** The key at the beginning of the line's content, and the offset after its colon. */
export function scanKey(text: string, line: Line): { readonly key: string; readonly after: number }
export function scanKey(text: string, line: Line, maybe: 'maybe'): { readonly key: string; readonly after: number } | undefined
export function scanKey(text: string, line: Line, maybe?: 'maybe'): { readonly key: string; readonly after: number } | undefined {
  const at = line.start + line.indent
  const found = match(KEY, text, at)
  if (found === undefined && maybe === undefined) throw new NotScannable()
  return found && { key: bare(found[0]), after: at + found[0].length + 1 }
}

const bare = (key: string): string => (key.startsWith('"') || key.startsWith("'") ? key.slice(1, -1) : key)

/** What stands after a colon or a dash on this line. */
export function scanValue(text: string, from: number, lineEnd: number, anchors: Set<string>): ScannedValue {
  let at = skipSpaces(text, from)
  const anchor = at > from || text[at - 1] === ' ' ? match(ANCHOR, text, at) : undefined
  if (anchor !== undefined) {
    anchors.add(anchor[1] ?? '')
    at += anchor[0].length
  }
  const { kind, end } = scanScalarOrFlow(text, at, lineEnd, anchors)
  const rest = kind === 'nothing' ? match(REST, text, Math.max(from, at - 1)) : match(REST, text, end)
  if (rest === undefined || rest.index + rest[0].length < lineEnd || (anchor !== undefined && kind === 'alias')) throw new NotScannable()
  return { kind, anchored: anchor !== undefined }
}

function scanScalarOrFlow(
  text: string,
  at: number,
  lineEnd: number,
  anchors: Set<string>,
): { readonly kind: ScannedValue['kind']; readonly end: number } {
  const first = text[at]
  if (at >= lineEnd || first === '#') return { kind: 'nothing', end: at }
  if (first === '*') return { kind: 'alias', end: alias(text, at, anchors) }
  if (first === '[' || first === '{') return { kind: 'flow', end: flow(text, at, anchors) }
  return { kind: 'scalar', end: scalar(text, at, PLAIN) }
}

/** A flow collection on one line: `[a, b]`, `{certResolver: le}`; the offset after its bracket. */
function flow(text: string, open: number, anchors: Set<string>): number {
  const isMap = text[open] === '{'
  const close = isMap ? '}' : ']'
  const seen = new Set<string>()
  let at = skipSpaces(text, open + 1)
  while (text[at] !== close) {
    if (isMap) at = flowKey(text, at, seen)
    at = skipSpaces(text, flowValue(text, at, anchors))
    if (text[at] === ',') at = skipSpaces(text, at + 1)
    else if (text[at] !== close) throw new NotScannable()
  }
  return at + 1
}

function flowKey(text: string, at: number, seen: Set<string>): number {
  const key = match(KEY, text, at)?.[0]
  if (key === undefined || seen.has(bare(key))) throw new NotScannable()
  seen.add(bare(key))
  return skipSpaces(text, at + key.length + 1)
}

function flowValue(text: string, at: number, anchors: Set<string>): number {
  const first = text[at]
  if (first === '[' || first === '{') return flow(text, at, anchors)
  return first === '*' ? alias(text, at, anchors) : scalar(text, at, PLAIN_IN_FLOW)
}

function alias(text: string, at: number, anchors: Set<string>): number {
  const found = match(ALIAS, text, at)
  if (found === undefined || !anchors.has(found[1] ?? '')) throw new NotScannable()
  return at + found[0].length
}

function scalar(text: string, at: number, plain: RegExp): number {
  if (text[at] === '"') return must(DOUBLE, text, at)
  return text[at] === "'" ? must(SINGLE, text, at) : must(plain, text, at)
}

function must(pattern: RegExp, text: string, at: number): number {
  const found = match(pattern, text, at)
  if (found === undefined) throw new NotScannable()
  return at + found[0].length
}

function match(pattern: RegExp, text: string, at: number): RegExpExecArray | undefined {
  pattern.lastIndex = at
  return pattern.exec(text) ?? undefined
}

function skipSpaces(text: string, from: number): number {
  let at = from
  while (text[at] === ' ') at++
  return at
}
