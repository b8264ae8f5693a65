import { ProblemError } from '../../../domain/problem.ts'

/** Codes of what can be wrong with the dynamic file or an edit of it. */
export type FileProblemCode =
  | 'edge-file-broken'
  | 'edge-file-not-yaml'
  | 'edge-file-not-utf8'
  | 'edge-file-line-endings'
  | 'edge-file-tabs'
  | 'edge-file-template'
  | 'edge-file-documents'
  | 'edge-file-duplicate-key'
  | 'edge-file-anchor'
  | 'edge-file-flow-map'
  | 'edge-file-unusual'
  | 'edge-file-edit-not-clean'
  | 'router-name-taken'
  | 'router-not-writable'
  | 'service-name-taken'
  | 'service-not-writable'
  | 'service-not-in-edge-file'
  | 'service-without-health-check'
  | 'service-still-used'
  | 'transport-not-in-edge-file'
  | 'middleware-not-in-edge-file'

/** Text of the file with the name that a person knows it by. */
export interface NamedText {
  readonly path: string
  readonly text: string
}

/** A problem at an offset of the file: file, line, column and the line itself. Nothing was written. */
export function fileProblem(
  code: FileProblemCode,
  source: NamedText,
  offset: number | undefined,
  summary: string,
  next: readonly string[],
  details?: readonly string[],
): ProblemError {
  return new ProblemError({
    code,
    summary: offset === undefined ? `${source.path}: ${summary}` : `${source.path}:${lineOf(source.text, offset)}: ${summary}`,
    attempted: `understand ${source.path} well enough to change a few keys of it`,
    next,
    effect: 'no',
    ...(details && details.length > 0 && { details }),
    ...(offset !== undefined && { location: location(source, offset) }),
  })
}

function location(source: NamedText, offset: number) {
  const start = source.text.lastIndexOf('\n', offset - 1) + 1
  const end = source.text.indexOf('\n', start)
  const text = source.text.slice(start, end === -1 ? undefined : end).replace(/\r$/, '')
  return { file: source.path, line: lineOf(source.text, offset), column: offset - start + 1, text }
}

/** Line of an offset, counted from 1. */
export function lineOf(text: string, offset: number): number {
  let line = 1
  for (let at = text.indexOf('\n'); at !== -1 && at < offset; at = text.indexOf('\n', at + 1)) line++
  return line
}
