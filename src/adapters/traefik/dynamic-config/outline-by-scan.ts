import type { NamedText } from './file-problem.ts'
import type { Line } from './scan-lines.ts'
import { ContentLines } from './scan-lines.ts'
import type { Entry, Outline } from './outline.ts'
import { OUTLINE_DEPTH } from './outline.ts'
import type { ScannedValue } from './scan-value.ts'
import { NotScannable, ordinaryKey, scanKey, scanValue } from './scan-value.ts'

/**
 * The outline of a file of ordinary block YAML, read line by line: some thirty times faster than the full parser, for files of thousands of
 * routers. It understands little on purpose; whatever it is not sure about makes it give up (`undefined`), and the full parser decides:
 * about a second for ten thousand routers. That is what block scalars, merge keys, tags, escapes, values over several lines and unusual keys
 * cost. Anchors and aliases it knows. What it accepts the full parser accepts too, with the same outline (a property test holds it to that).
 */
export function scanOutline(source: NamedText): Outline | undefined {
  try {
    const scan: Scan = { source, lines: new ContentLines(source.text), anchors: new Set() }
    const first = scan.lines.current
    if (first === undefined) return { root: 'null', entries: [] }
    const entries = scanMap(scan, first.indent, 1)
    if (scan.lines.current !== undefined) return undefined
    return { root: 'map', entries }
  } catch (error) {
    if (error instanceof NotScannable) return undefined
    throw error
  }
}

interface Scan {
  readonly source: NamedText
  readonly lines: ContentLines
  readonly anchors: Set<string>
}

/** The mapping whose keys stand in column `indent`, from the current line on. */
function scanMap(scan: Scan, indent: number, depth: number, compact?: Line): readonly Entry[] {
  const entries: Entry[] = []
  const seen = new Set<string>()
  for (let line = compact ?? scan.lines.current; line !== undefined && line.indent === indent; line = scan.lines.current) {
    if (depth > OUTLINE_DEPTH && scanOrdinary(scan, line, seen)) continue
    if (isDash(scan.source.text, line)) throw new NotScannable()
    const { key, after } = scanKey(scan.source.text, line)
    note(seen, key)
    scan.lines.advance()
    const scanned = scanValue(scan.source.text, after, line.end, scan.anchors)
    const { value, entries: below } = scanned.kind === 'nothing' ? scanBelow(scan, indent, depth) : scanHere(scan, indent, scanned)
    if (scanned.anchor !== undefined) scan.anchors.add(scanned.anchor)
    const last = scan.lines.previous ?? line
    if (depth <= OUTLINE_DEPTH)
      entries.push({ key, start: line.start, end: last.end, indent, value, anchored: scanned.anchor !== undefined, entries: below })
  }
  const next = scan.lines.current
  if (next !== undefined && next.indent > indent) throw new NotScannable()
  return entries
}

/** A line below what the outline keeps needs no more than a look, where it is ordinary. */
function scanOrdinary(scan: Scan, line: Line, seen: Set<string>): boolean {
  const key = ordinaryKey(scan.source.text, line)
  if (key === undefined) return false
  note(seen, key)
  scan.lines.advance()
  return true
}

function note(seen: Set<string>, key: string): void {
  if (seen.has(key)) throw new NotScannable()
  seen.add(key)
}

type Value = Pick<Entry, 'value' | 'entries'>

/** A value that begins and ends on the key's own line. */
function scanHere(scan: Scan, indent: number, scanned: ScannedValue): Value {
  if ((scan.lines.current?.indent ?? -1) > indent) throw new NotScannable()
  return { value: scanned.kind === 'alias' || scanned.kind === 'flow' ? scanned.kind : 'other', entries: [] }
}

/** The value of a key with nothing after its colon: what is indented below it, or a list in the key's own column. */
function scanBelow(scan: Scan, indent: number, depth: number): Value {
  const line = scan.lines.current
  if (line === undefined || line.indent < indent) return { value: 'null', entries: [] }
  if (isDash(scan.source.text, line)) {
    scanList(scan, line.indent)
    return { value: 'other', entries: [] }
  }
  if (line.indent === indent) return { value: 'null', entries: [] }
  const entries = scanMap(scan, line.indent, depth + 1)
  return { value: 'map', entries: depth < OUTLINE_DEPTH ? entries : [] }
}

function scanList(scan: Scan, indent: number): void {
  for (
    let line = scan.lines.current;
    line !== undefined && line.indent === indent && isDash(scan.source.text, line);
    line = scan.lines.current
  ) {
    scanItem(scan, line)
  }
  if ((scan.lines.current?.indent ?? -1) > indent) throw new NotScannable()
}

/** `- value`, or `- key: value` with the rest of that mapping below in the key's column. */
function scanItem(scan: Scan, line: Line): void {
  const { text } = scan.source
  let at = line.start + line.indent + 1
  while (text[at] === ' ') at++
  const item = { start: line.start, indent: at - line.start, end: line.end }
  if (at >= line.end || text[at] === '#' || text[at] === '-') throw new NotScannable()
  if (scanKey(text, item, 'maybe') !== undefined) {
    scanMap(scan, item.indent, OUTLINE_DEPTH + 1, item)
    return
  }
  const { kind, anchor } = scanValue(text, at, line.end, scan.anchors)
  if (kind === 'nothing') throw new NotScannable()
  if (anchor !== undefined) scan.anchors.add(anchor)
  scan.lines.advance()
}

const isDash = (text: string, line: Line): boolean => {
  const at = line.start + line.indent
  return text[at] === '-' && (at + 1 >= line.end || text[at + 1] === ' ')
}
