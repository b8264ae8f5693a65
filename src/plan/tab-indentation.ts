import type { YAMLError } from 'yaml'
import type { Problem } from '../domain/problem.ts'
import { planProblem } from './plan-problem.ts'
import type { PlanSource } from './source.ts'

/**
 * YAML forbids tabs in the indentation, and parsers complain about it in many ways and places. Where an error touches a line
 * that begins with a tab, that is the cause: one problem, at the first tab, which names the other lines.
 */
export function tabProblems(source: PlanSource, errors: readonly YAMLError[]): readonly Problem[] {
  const indented = tabbedLines(source.text)
  const touched = new Set(errors.flatMap((error) => [source.at(...error.pos).line, source.at(...error.pos).line + 1]))
  const first = indented.find((tab) => touched.has(tab.line))
  if (first === undefined) return []
  const others = indented.filter((tab) => tab !== first).map((tab) => tab.line)
  const details = others.length === 0 ? undefined : [`the same on line${others.length === 1 ? '' : 's'} ${others.slice(0, 20).join(', ')}`]
  const next = [`replace the tab by spaces, two a level; \`expand -t 2 ${source.file}\` prints the file with all tabs replaced`]
  return [
    planProblem(
      'tab-indentation',
      'a tab in the indentation: YAML allows only spaces there',
      next,
      source.at(first.start, first.end),
      details,
    ),
  ]
}

interface TabbedLine {
  readonly line: number
  readonly start: number
  readonly end: number
}

function tabbedLines(text: string): readonly TabbedLine[] {
  const found: TabbedLine[] = []
  let offset = 0
  for (const [index, line] of text.split('\n').entries()) {
    const indentation = /^( *)(\t+)\s*[^\s#]/.exec(line)
    const start = offset + (indentation?.[1]?.length ?? 0)
    if (indentation) found.push({ line: index + 1, start, end: start + (indentation[2]?.length ?? 1) })
    offset += line.length + 1
  }
  return found
}
