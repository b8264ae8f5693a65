import type { NamedText } from './file-problem.ts'
import { fileProblem } from './file-problem.ts'

/** The bytes of the file as text that can be spliced and turned into the same bytes again. */
export interface FileText {
  readonly path: string
  /** Without the byte order mark. */
  readonly text: string
  readonly bom: '' | '\uFEFF'
  readonly eol: '\n' | '\r\n'
}

/** Rejects whatever could not be spliced safely: other formats and encodings, mixed line endings, tabs as indentation. */
export function decode(path: string, bytes: Uint8Array): FileText {
  const whole = decodeUtf8(path, bytes)
  const bom = whole.startsWith('\uFEFF') ? '\uFEFF' : ''
  const text = whole.slice(bom.length)
  const source = { path, text }
  if (!/\.ya?ml$/i.test(path)) {
    throw fileProblem('edge-file-not-yaml', source, undefined, 'the dynamic file is not YAML by its name', [
      'point `dynamicConfig` to a .yml or .yaml file',
    ])
  }
  rejectControlCharacters(source)
  rejectTabs(source)
  return { path, text, bom, eol: lineEnding(source) }
}

export const encode = (file: FileText, text: string): Uint8Array => new TextEncoder().encode(file.bom + text)

function decodeUtf8(path: string, bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    throw fileProblem('edge-file-not-utf8', { path, text: '' }, undefined, 'the file is not UTF-8', ['save it as UTF-8'])
  }
}

function rejectControlCharacters(source: NamedText): void {
  // YAML allows none but these; Traefik rejects the file.
  const at = source.text.search(/(?![\t\n\r\u0080-\u009f])\p{Cc}|\ufeff/u)
  if (at === -1) return
  throw fileProblem('edge-file-broken', source, at, 'a control character, already there before we touched the file', ['remove it'])
}

function rejectTabs(source: NamedText): void {
  const found = source.text.includes('\t') ? /^ *\t\s*[^\s#]/m.exec(source.text) : null
  if (found === null) return
  throw fileProblem('edge-file-tabs', source, found.index + found[0].indexOf('\t'), 'a tab in the indentation', ['indent with spaces'])
}

/** The one line ending of the file; LF where it has none. NEL, LS and PS end lines for Traefik's parser but not for ours. */
function lineEnding(source: NamedText): '\n' | '\r\n' {
  const odd = /\r(?!\n)|[\u0085\u2028\u2029]/.exec(source.text)
  const bare = /(?:^|[^\r])\n/.exec(source.text)
  const windows = /\r\n/.exec(source.text)
  const mixed = odd ?? (bare !== null && windows !== null ? windows : null)
  if (mixed === null) return windows === null ? '\n' : '\r\n'
  throw fileProblem('edge-file-line-endings', source, mixed.index, 'line endings are mixed', ['save the file with one kind of line ending'])
}
