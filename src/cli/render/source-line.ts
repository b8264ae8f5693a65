import type { SourcePlace } from '../../domain/problem.ts'
import type { Page } from './page.ts'
import { displayWidth, printable } from './width.ts'

/** A tab is drawn as an arrow of one column: the caret stays in place, and the reader sees the tab. */
const drawable = (text: string): string => printable(text.replaceAll('\t', '⇥'))

/** `plans/site.yaml:14:7`, which editors and terminals open; the file alone where no line is known. */
export const locationText = ({ file, line, column }: SourcePlace): string => (line === undefined ? file : `${file}:${line}:${column}`)

/** The line of the file with a caret under what is meant, cut to the page around the caret. */
export function sourceLine(page: Page, location: SourcePlace): readonly string[] {
  if (location.line === undefined || location.text === undefined) return []
  const number = String(location.line)
  const gutter = `${' '.repeat(number.length)} │ `
  const room = page.width - gutter.length - 4
  const characters = Array.from(location.text)
  const start = Math.max(0, location.column - 1)
  const from = start + (location.length ?? 1) > room ? Math.max(0, start - Math.floor(room / 3)) : 0
  const before = (from > 0 ? '…' : '') + drawable(characters.slice(from, start).join(''))
  const shown = clip((from > 0 ? '…' : '') + drawable(characters.slice(from).join('')), room)
  const caretAt = Math.min(displayWidth(before), Math.max(0, room - 1))
  const carets = '^'.repeat(Math.max(1, Math.min(location.length ?? 1, displayWidth(shown) - caretAt, room - caretAt)))
  return [`  ${page.paint.quiet(`${number} │`)} ${shown}`, `  ${page.paint.quiet(gutter)}${' '.repeat(caretAt)}${page.paint.bad(carets)}`]
}

function clip(text: string, width: number): string {
  if (displayWidth(text) <= width) return text
  let cut = ''
  for (const character of text) {
    if (displayWidth(cut) + displayWidth(character) > width - 1) break
    cut += character
  }
  return `${cut}…`
}
