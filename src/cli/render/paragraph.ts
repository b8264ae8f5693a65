import type { Page } from './page.ts'
import { chop, displayWidth, padEnd, printable } from './width.ts'

const COMMAND = /^(?:jmc-migrate|npx|kubectl|nomad|ssh|scp|sudo|curl|helm|export|cp|mv|git|traefik|export [A-Z])\s+[-\w./'"$]/

/** A line that a person copies as a whole. */
export const isCommand = (text: string): boolean => COMMAND.test(text) && !text.includes('\n')

/** Words of a line; what stands in backticks is one word, because a command is never broken. */
const words = (line: string): readonly string[] => line.match(/(?:`[^`]*`|\S)+/gu) ?? []

/** Paths, addresses and commands stay whole even where they are longer than the line: broken, they could not be copied. */
const fit = (word: string, width: number): readonly string[] => (/[/`]/.test(word) ? [word] : chop(word, width))

/** Text as lines of at most `width` columns. Line breaks and the indentation of lines are kept. */
export function wrap(text: string, width: number): readonly string[] {
  return text.split('\n').flatMap((raw) => {
    const line = printable(raw)
    const indent = ' '.repeat(Math.min(8, line.length - line.trimStart().length))
    if (width === Infinity) return [indent + line.trim()]
    const lines: string[] = []
    let current = indent
    let empty = true
    for (const word of words(line).flatMap((each) => fit(each, Math.max(8, width - indent.length)))) {
      if (!empty && displayWidth(current) + 1 + displayWidth(word) > width) {
        lines.push(current)
        current = indent
        empty = true
      }
      current += empty ? word : ` ${word}`
      empty = false
    }
    return [...lines, current]
  })
}

/**
 * Text below a prefix: `first` stands before the first line, blanks of the same width before the others. Both may be coloured,
 * `paint` colours the text itself. A command is not broken.
 */
export function paragraph(
  page: Page,
  text: string,
  options: { readonly first?: string; readonly paint?: (text: string) => string } = {},
): readonly string[] {
  const first = options.first ?? ''
  const paint = options.paint ?? ((line: string) => line)
  if (isCommand(text)) return [first + page.paint.strong(page.command(printable(text)))]
  const rest = ' '.repeat(displayWidth(first))
  return wrap(text, Math.max(12, page.width - rest.length)).map(
    (line, index) => (index === 0 ? first : rest) + (line === '' ? '' : paint(line)),
  )
}

/** Several texts, each with the same mark before it. */
export function bullets(page: Page, texts: readonly string[], mark: string): readonly string[] {
  return texts.flatMap((text) => paragraph(page, text, { first: mark }))
}

/** Command lines, each whole on a line of its own. */
export function commands(page: Page, lines: readonly string[], indent: string): readonly string[] {
  return lines.flatMap((line) => (isCommand(line) ? paragraph(page, line, { first: indent }) : bullets(page, [line], indent)))
}

/** What a person has to type as it is: never wrapped, never shortened. A command of several lines keeps them. */
export function byHand(page: Page, lines: readonly string[]): readonly string[] {
  return lines.flatMap((line) => line.split('\n')).map((line) => `    ${page.command(printable(line))}`)
}

const LABEL_WIDTH = 11

/** `Way back   to both-running`: a label and what belongs to it. A text may begin with a mark of its own (`· `, `✓ `): it hangs below that. */
export function field(page: Page, label: string, texts: readonly string[]): readonly string[] {
  return texts.flatMap((text, index) => {
    const name = `  ${page.paint.strong(padEnd(index === 0 ? label : '', LABEL_WIDTH))}`
    const mark = /^[·✓✗…?] /.exec(text)?.[0] ?? ''
    return paragraph(page, text.slice(mark.length), { first: name + mark })
  })
}

/** A heading with a line to the right margin. */
export function ruler(page: Page, title: string): string {
  const width = Math.min(page.width, 100)
  return `── ${title} ${'─'.repeat(Math.max(2, width - displayWidth(title) - 4))}`
}
