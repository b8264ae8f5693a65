import { words } from './words.ts'

/** One instruction, its continued lines joined, without its here-documents. */
export interface Instruction {
  /** In capitals. */
  readonly name: string
  readonly rest: string
}

export interface Instructions {
  readonly escape: string
  readonly all: readonly Instruction[]
}

const DIRECTIVE = /^\s*#\s*([A-Za-z][\w-]*)\s*=\s*(.*?)\s*$/
const COMMENT = /^\s*#/
/** They alone may have here-documents. */
const WITH_DOCUMENTS = new Set(['RUN', 'COPY', 'ADD'])
const HERE_DOCUMENT = /^\d*<<(-?)(["']?)([A-Za-z_][\w.]*)\2$/

/** Splits a Dockerfile as BuildKit does. What is no instruction is left out; a here-document without its end goes on to the end of the file. */
export function readInstructions(text: string): Instructions {
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/)
  const escape = escapeOf(lines)
  const all: Instruction[] = []
  for (let at = 0; at < lines.length; at++) {
    const logical = logicalLine(lines, at, escape)
    at = logical.last
    const match = /^\s*([A-Za-z]+)(?:\s+([\s\S]*))?$/.exec(logical.text)
    if (match === null) continue
    const instruction = { name: (match[1] ?? '').toUpperCase(), rest: (match[2] ?? '').trim() }
    all.push(instruction)
    for (const end of hereDocuments(instruction, escape)) at = endOf(lines, at + 1, end)
  }
  return { escape, all }
}

/** Directives stand before everything else; the first line that is none ends them. */
function escapeOf(lines: readonly string[]): string {
  for (const line of lines) {
    const match = DIRECTIVE.exec(line)
    if (match === null) return '\\'
    if (match[1]?.toLowerCase() === 'escape' && match[2] === '`') return '`'
  }
  return '\\'
}

interface Logical {
  readonly text: string
  /** Index of its last line. */
  readonly last: number
}

/** Comments and empty lines between continued lines are not part of them. */
function logicalLine(lines: readonly string[], first: number, escape: string): Logical {
  const parts: string[] = []
  for (let at = first; at < lines.length; at++) {
    const line = lines[at] ?? ''
    if (COMMENT.test(line) || (at > first && line.trim() === '')) {
      if (at === first) return { text: '', last: at }
      continue
    }
    const kept = line.trimEnd()
    const goesOn = kept.endsWith(escape) && !kept.endsWith(escape + escape)
    parts.push(goesOn ? kept.slice(0, -1) : line)
    if (!goesOn) return { text: parts.join(''), last: at }
  }
  return { text: parts.join(''), last: lines.length }
}

interface End {
  readonly word: string
  readonly tabs: boolean
}

function hereDocuments({ name, rest }: Instruction, escape: string): readonly End[] {
  if (!WITH_DOCUMENTS.has(name) || !rest.includes('<<')) return []
  return words(rest, escape).flatMap((word) => {
    const match = HERE_DOCUMENT.exec(word)
    return match === null ? [] : [{ word: match[3] ?? '', tabs: match[1] === '-' }]
  })
}

function endOf(lines: readonly string[], from: number, { word, tabs }: End): number {
  const found = lines.findIndex((line, index) => index >= from && (tabs ? line.replace(/^\t+/, '') : line) === word)
  return found === -1 ? lines.length : found
}
