import type { Json, JsonObject } from './json.ts'
import { keyOf, NotPlain, valueOf } from './plain-yaml-line.ts'

/** One document of a file: its data, and the line (from 1) where its content begins. */
export interface PlainDocument {
  readonly value: Json
  readonly line: number
}

/** Where what a person would point at begins, line and column from 1: a value of one line, of what stands below its key the key. */
export interface PlainPlace {
  readonly line: number
  readonly column: number
}

/** Of each block map and list the places of its members, by key or index. What stands in brackets has none. */
export type PlainPlaces = Map<Json, Map<string | number, PlainPlace>>

/** Deeper than any plan or manifest; the parser of the `yaml` package decides about the rest. */
const DEEPEST = 64

/**
 * The documents of a file of ordinary YAML, some twenty times faster than the `yaml` package reads them: block maps and lists with values of one
 * line. It understands little on purpose, and nothing that YAML 1.1 and 1.2 read differently. Whatever it is not sure about, errors and duplicate
 * keys included, makes it give up (`undefined`): the full parser decides. What it accepts that parser accepts too, with the same data (a
 * property test holds it to that). Places are noted in `places`, where it is given.
 */
export function plainDocuments(text: string, places?: PlainPlaces): readonly PlainDocument[] | undefined {
  if (ODD.test(text)) return undefined
  try {
    return read(text, places)
  } catch (error) {
    if (error instanceof NotPlain) return undefined
    throw error
  }
}

/** Tabs, carriage returns, other control characters, and what some parsers take for line ends or byte order marks. */
const ODD = /(?!\n)\p{Cc}|[\u00a0\u2028\u2029\ufeff\ufffe\uffff]/u

/** A line that is not blank and no comment alone. */
interface Line {
  readonly number: number
  /** Column of its first character that is no space; of a map's first key behind a dash, the key's. */
  readonly indent: number
  readonly text: string
}

interface Reader {
  readonly lines: readonly Line[]
  readonly places: PlainPlaces | undefined
  at: number
}

function read(text: string, places: PlainPlaces | undefined): readonly PlainDocument[] {
  const documents: PlainDocument[] = []
  let lines: Line[] = []
  let open = false
  for (const [index, line] of text.split('\n').entries()) {
    if (line === '---') {
      if (open || lines.length > 0) documents.push(document(lines, places))
      lines = []
      open = true
      continue
    }
    const indent = line.search(CONTENT)
    if (indent !== -1 && line.charCodeAt(indent) !== HASH) lines.push({ number: index + 1, indent, text: line })
  }
  return [...documents, document(lines, places)]
}

const CONTENT = /[^ ]/
const HASH = 35

function document(lines: readonly Line[], places: PlainPlaces | undefined): PlainDocument {
  const [first] = lines
  if (first === undefined) throw new NotPlain()
  const reader: Reader = { lines, places, at: 0 }
  const value = isDash(first) ? list(reader, first.indent, 0) : map(reader, first, 0)
  if (reader.at < lines.length) throw new NotPlain()
  return { value, line: first.number }
}

/** The map whose first key is on `first`, the current line; its other keys stand in the same column. */
function map(reader: Reader, first: Line, depth: number): JsonObject {
  if (depth > DEEPEST) throw new NotPlain()
  const object: Record<string, Json> = {}
  for (let line: Line | undefined = first; line?.indent === first.indent; line = reader.lines[reader.at]) {
    const { key, after } = keyOf(line.text, line.indent)
    if (Object.hasOwn(object, key)) throw new NotPlain()
    reader.at++
    const here = valueOf(line.text, after)
    if (reader.places !== undefined) note(reader.places, object, key, line, here === undefined ? line.indent : contentFrom(line, after))
    object[key] = here === undefined ? below(reader, first.indent, depth) : here
    if ((reader.lines[reader.at]?.indent ?? -1) > first.indent) throw new NotPlain()
  }
  return object
}

/** The value of a key with nothing after its colon: what is indented below it, or a list in the key's own column. */
function below(reader: Reader, indent: number, depth: number): Json {
  const line = reader.lines[reader.at]
  if (line === undefined || line.indent < indent) return null
  if (isDash(line)) return list(reader, line.indent, depth + 1)
  return line.indent === indent ? null : map(reader, line, depth + 1)
}

function list(reader: Reader, indent: number, depth: number): readonly Json[] {
  const items: Json[] = []
  for (let line = reader.lines[reader.at]; line?.indent === indent && isDash(line); line = reader.lines[reader.at]) {
    if (reader.places !== undefined) note(reader.places, items, items.length, line, contentFrom(line, line.indent + 1))
    items.push(item(reader, line, depth))
    if ((reader.lines[reader.at]?.indent ?? -1) > indent) throw new NotPlain()
  }
  return items
}

/** `- value`, or `- key: value` with the rest of that map below in the key's column. */
function item(reader: Reader, line: Line, depth: number): Json {
  const column = contentFrom(line, line.indent + 1)
  if (keyOf(line.text, column, 'maybe') !== undefined) return map(reader, { ...line, indent: column }, depth + 1)
  const here = valueOf(line.text, column)
  if (here === undefined) throw new NotPlain()
  reader.at++
  return here
}

function note(places: PlainPlaces, container: Json, key: string | number, { number }: Line, column: number): void {
  const members = places.get(container) ?? new Map<string | number, PlainPlace>()
  places.set(container, members)
  members.set(key, { line: number, column: column + 1 })
}

function contentFrom({ text }: Line, from: number): number {
  let column = from
  while (text[column] === ' ') column++
  return column
}

const isDash = ({ text, indent }: Line): boolean => text[indent] === '-' && text[indent + 1] === ' '
