import { structuredPatch } from 'diff'
import type { DiffLine } from './yaml-diff.ts'

/** Two versions of a file: what differs, with three lines around it, and where in the file that is. */
export function textDiff(before: string, after: string): readonly DiffLine[] {
  const patch = structuredPatch('', '', before, after, '', '', { context: 3 })
  return patch.hunks.flatMap((hunk) => [
    { sign: 'gap', text: `line ${hunk.newStart}` },
    ...hunk.lines.filter((line) => !line.startsWith('\\')).map(toDiffLine),
  ])
}

function toDiffLine(line: string): DiffLine {
  const text = line.slice(1)
  return { sign: line.startsWith('+') ? '+' : line.startsWith('-') ? '-' : ' ', text }
}
