import type { OwnedSection } from '../../../domain/ports/edge.ts'
import type { Entry } from './outline.ts'
import { endOfLine, schemaEntry } from './outline.ts'
import type { FileProblemCode } from './file-problem.ts'
import { fileProblem } from './file-problem.ts'
import type { Understanding } from './understand.ts'

/** Where new keys of a section go, and which of the keys above them have to be made. */
export interface EditPoint {
  /** New lines go before this offset: right below the header line, so that every comment stays with its owner; or at the end of the file. */
  readonly offset: number
  /** Missing keys, outermost first; empty where the section is there. */
  readonly missing: readonly ('http' | OwnedSection)[]
}

/** Finds the edit point of a section, or rejects with the reason why nothing can be spliced in there. */
export function editPoint(understanding: Understanding, name: OwnedSection): EditPoint {
  const { outline, file } = understanding
  const http = block(understanding, outline.entries, 'http')
  if (http === undefined) {
    rejectEndMarker(understanding)
    return { offset: file.text.length, missing: ['http', name] }
  }
  const section = block(understanding, http.entries, name)
  if (section === undefined) return { offset: belowHeader(file.text, http), missing: [name] }
  rejectMerge(understanding, section.entries)
  return { offset: belowHeader(file.text, section), missing: [] }
}

/** The key as a plain block mapping (or with nothing below it yet). */
function block(understanding: Understanding, entries: readonly Entry[], key: string): Entry | undefined {
  rejectMerge(understanding, entries)
  const entry = schemaEntry(entries, key)
  if (entry === undefined) return undefined
  const twin = entries.find((each) => each !== entry && each.key.toLowerCase() === key)
  if (twin !== undefined)
    throw refuse(
      understanding,
      twin,
      'edge-file-duplicate-key',
      `\`${twin.key}:\` and \`${entry.key}:\` are the same key to Traefik`,
      'merge the two',
    )
  if (entry.anchored)
    throw refuse(
      understanding,
      entry,
      'edge-file-anchor',
      `\`${key}:\` is anchored; what is added to it would appear wherever it is used`,
      `remove the anchor from \`${key}:\``,
    )
  if (entry.value === 'alias') throw refuse(understanding, entry, 'edge-file-anchor', `\`${key}:\` is an alias`, `write out \`${key}:\``)
  if (entry.value === 'flow')
    throw refuse(
      understanding,
      entry,
      'edge-file-flow-map',
      `\`${key}:\` is written in braces`,
      `write \`${key}:\` in block style, one key a line`,
    )
  if (entry.value === 'other')
    throw refuse(
      understanding,
      entry,
      'edge-file-unusual',
      `\`${key}:\` is no plain block mapping`,
      `write \`${key}:\` in block style, one key a line`,
    )
  return entry
}

function rejectMerge(understanding: Understanding, entries: readonly Entry[]): void {
  const merge = entries.find((entry) => entry.key === '<<')
  if (merge === undefined) return
  throw refuse(understanding, merge, 'edge-file-anchor', 'a merge key `<<` where keys are added', 'write out what it merges')
}

/** `...` ends the document: keys after it would not belong to it. */
function rejectEndMarker(understanding: Understanding): void {
  const found = /^\.\.\.(?=\s|$)/m.exec(understanding.file.text)
  if (found === null) return
  throw fileProblem('edge-file-documents', understanding.file, found.index, 'a document end marker `...`', [
    'remove it, or add `http:` with a key below it by hand',
  ])
}

const refuse = (understanding: Understanding, entry: Entry, code: FileProblemCode, summary: string, next: string) =>
  fileProblem(code, understanding.file, entry.start + entry.indent, summary, [next])

/** Offset of the line below an entry's key; the end of the text where the key is on its last line. */
function belowHeader(text: string, entry: Entry): number {
  const end = endOfLine(text, entry.start)
  const newline = text.indexOf('\n', end)
  return newline === -1 ? text.length : newline + 1
}
