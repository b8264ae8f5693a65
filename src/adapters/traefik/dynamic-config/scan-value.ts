import type { Line } from './scan-lines.ts'

/** The file has something that the line scanner does not want to be sure about. */
export class NotScannable extends Error {}

export interface ScannedValue {
  readonly kind: 'nothing' | 'alias' | 'flow' | 'scalar'
  /** The caller makes it known once the whole value is over: an alias inside the value itself cannot be resolved. */
  readonly anchor: string | undefined
}

const KEY = /(?:\w[\w.@/-]{0,200}|"\w[\w.@/ -]{0,200}"|'\w[\w.@/ -]{0,200}')(?=:(?: |\r?\n|\r?$))/y
/** Spaces, then a comment or the end of the line. */
const REST = / *(?: #[^\n]*|(?=\r?\n|\r?$))/y
const ANCHOR = /&[\w-]+(?= |\r?\n|\r?$)/y
const ALIAS = /\*[\w-]+/y
const DOUBLE = /"(?:[^"\\\n]|\\["\\/nrt])*"/y
const SINGLE = /'(?:[^'\n]|'')*'/y
/** A plain scalar that no reading of YAML takes for anything else: `: `, ` #` and leading indicators are left to the full parser. */
const PLAIN =
  /(?:[A-Za-z0-9_/.$^(\\+~\u00a1-\u2027\u2030-\ud7ff\ue000-\ufefe]|-(?=[^\s-]))(?:[^\s:#]|:(?=[^\s])|(?<=[^\s])#| +(?=[^\s#]))*/y
const PLAIN_IN_FLOW = /[A-Za-z0-9_/.$^(\\+~](?:[^\s:#,[\]{}]|:(?=[^\s,[\]{}])| +(?=[^\s#,[\]{}:]))*/y

/** Most lines of most files: a plain key, then a plain scalar, a list of words or an empty map. One look instead of five. */
const ORDINARY = new RegExp(
  String.raw`\w[\w.@/-]{0,200}: +(?:${PLAIN.source}|\[\w[\w-]*(?:, \w[\w-]*)*\]|\{\})(?: +#[^\n]*| *)(?=\r?\n|\r?$)`,
  'y',
)

/** The key of a line that is `key: value` in the most ordinary way; undefined says nothing about it. */
export function ordinaryKey(text: string, line: Line): string | undefined {
  const at = line.start + line.indent
  return endOf(ORDINARY, text, at) === -1 ? undefined : text.slice(at, text.indexOf(':', at))
}

/** The key at the beginning of the line's content, and the offset after its colon. */
export function scanKey(text: string, line: Line): { readonly key: string; readonly after: number }
export function scanKey(text: string, line: Line, maybe: 'maybe'): { readonly key: string; readonly after: number } | undefined
export function scanKey(text: string, line: Line, maybe?: 'maybe'): { readonly key: string; readonly after: number } | undefined {
  const at = line.start + line.indent
  const end = endOf(KEY, text, at)
  if (end === -1 && maybe === undefined) throw new NotScannable()
  return end === -1 ? undefined : { key: bare(text.slice(at, end)), after: end + 1 }
}

const bare = (key: string): string => (key.startsWith('"') || key.startsWith("'") ? key.slice(1, -1) : key)

/** What stands after a colon or a dash on this line. `anchors` are those that an alias may use; one that is defined again is none until then. */
export function scanValue(text: string, from: number, lineEnd: number, anchors: Set<string>): ScannedValue {
  const at = skipSpaces(text, from)
  const behind = text[at] === '&' && (at > from || text[at - 1] === ' ') ? endOf(ANCHOR, text, at) : -1
  const anchor = behind === -1 ? undefined : text.slice(at + 1, behind)
  if (anchor !== undefined) anchors.delete(anchor)
  const start = behind === -1 ? at : skipSpaces(text, behind)
  const { kind, end } = scanScalarOrFlow(text, start, lineEnd, anchors)
  // A comment needs the space before it; behind an anchor at the end of the line there is none.
  const restFrom = kind === 'nothing' && end > from && text[end - 1] === ' ' ? end - 1 : end
  if (endOf(REST, text, restFrom) < lineEnd || (anchor !== undefined && kind === 'alias')) throw new NotScannable()
  return { kind, anchor }
}

interface Scanned {
  readonly kind: ScannedValue['kind']
  readonly end: number
}

function scanScalarOrFlow(text: string, at: number, lineEnd: number, anchors: Set<string>): Scanned {
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
  const seen: string[] = []
  let at = skipSpaces(text, open + 1)
  while (text[at] !== close) {
    if (isMap) at = flowKey(text, at, seen)
    at = skipSpaces(text, flowValue(text, at, anchors))
    if (text[at] === ',') at = skipSpaces(text, at + 1)
    else if (text[at] !== close) throw new NotScannable()
  }
  return at + 1
}

function flowKey(text: string, at: number, seen: string[]): number {
  const end = endOf(KEY, text, at)
  const key = bare(text.slice(at, end))
  if (end === -1 || seen.includes(key)) throw new NotScannable()
  seen.push(key)
  return skipSpaces(text, end + 1)
}

function flowValue(text: string, at: number, anchors: Set<string>): number {
  const first = text[at]
  if (first === '[' || first === '{') return flow(text, at, anchors)
  return first === '*' ? alias(text, at, anchors) : scalar(text, at, PLAIN_IN_FLOW)
}

function alias(text: string, at: number, anchors: Set<string>): number {
  const end = endOf(ALIAS, text, at)
  if (end === -1 || !anchors.has(text.slice(at + 1, end))) throw new NotScannable()
  return end
}

function scalar(text: string, at: number, plain: RegExp): number {
  const first = text[at]
  const end = endOf(first === '"' ? DOUBLE : first === "'" ? SINGLE : plain, text, at)
  if (end === -1) throw new NotScannable()
  return end
}

/** Where what the pattern finds at `at` ends; -1 where it finds nothing. (`test` makes no array of what it found: that is half the time.) */
function endOf(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at
  return pattern.test(text) ? pattern.lastIndex : -1
}

function skipSpaces(text: string, from: number): number {
  let at = from
  while (text[at] === ' ') at++
  return at
}
