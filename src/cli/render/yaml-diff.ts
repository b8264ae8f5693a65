import { diffArrays } from 'diff'
import { stringify } from 'yaml'
import type { Json } from '../../domain/json.ts'

/** One line of a diff. `gap` stands for lines that are left out. */
export interface DiffLine {
  readonly sign: '+' | '-' | ' ' | 'gap'
  readonly text: string
}

/** How many unchanged lines stay around a changed one, beside the keys it sits under. */
const CONTEXT = 1

/**
 * Two values as YAML, line by line: what was added and removed, the keys it sits under, and how many unchanged lines are left out.
 * An absent side is empty: everything was added, or removed.
 */
export function yamlDiff(before: Json | undefined, after: Json | undefined): readonly DiffLine[] {
  const all: DiffLine[] = diffArrays(yamlLines(before), yamlLines(after)).flatMap((part) =>
    part.value.map((text): DiffLine => ({ sign: part.added ? '+' : part.removed ? '-' : ' ', text })),
  )
  return foldUnchanged(all, kept(all))
}

function yamlLines(value: Json | undefined): string[] {
  if (value === undefined) return []
  const text = typeof value === 'string' ? value : stringify(value, { lineWidth: 0, aliasDuplicateObjects: false })
  return text.replace(/\n$/, '').split('\n')
}

/** Indexes of lines to show: changed ones, their neighbours, and the lines of lesser indentation above that say where they are. */
function kept(lines: readonly DiffLine[]): ReadonlySet<number> {
  const keep = new Set<number>()
  lines.forEach((line, index) => {
    if (line.sign === ' ') return
    for (let near = index - CONTEXT; near <= index + CONTEXT; near++) keep.add(near)
    let limit = indentation(line.text)
    for (let above = index - 1; above >= 0 && limit > 0; above--) {
      const candidate = lines[above]
      if (candidate === undefined || candidate.text.trim() === '') continue
      if (candidate.sign !== ' ' && candidate.sign !== line.sign) continue
      if (indentation(candidate.text) >= limit) continue
      limit = indentation(candidate.text)
      if (candidate.sign === ' ') keep.add(above)
    }
  })
  return keep
}

const indentation = (text: string): number => text.length - text.trimStart().length

/** Runs of lines that are not kept become one `gap`; a gap of one line is not worth hiding. */
export function foldUnchanged(lines: readonly DiffLine[], keep: ReadonlySet<number>): readonly DiffLine[] {
  const folded: DiffLine[] = []
  let hidden: DiffLine[] = []
  const flush = (): void => {
    const only = hidden.length === 1 ? hidden[0] : undefined
    if (only) folded.push(only)
    else if (hidden.length > 1) folded.push({ sign: 'gap', text: `${hidden.length} unchanged lines` })
    hidden = []
  }
  lines.forEach((line, index) => {
    if (line.sign === ' ' && !keep.has(index)) {
      hidden.push(line)
      return
    }
    flush()
    folded.push(line)
  })
  flush()
  return folded
}
