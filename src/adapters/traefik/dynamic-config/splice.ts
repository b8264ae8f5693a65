import type { FileText } from './text.ts'

/** A piece of the text, and what comes in its place; nothing is taken out where `start` is `end`. */
export interface Splice {
  readonly start: number
  readonly end: number
  /** Whole lines, each with its line ending; or nothing. */
  readonly lines: string
}

/** The text with these splices, in their order where they begin at one place. A last line without a line ending stays without. */
export function splice({ text, eol }: FileText, splices: readonly Splice[]): string {
  const ended = text === '' || text.endsWith('\n')
  const whole = ended ? text : text + eol
  const place = (offset: number): number => (offset === text.length ? whole.length : offset)
  const parts: string[] = []
  let at = 0
  for (const { start, end, lines } of splices.toSorted((a, b) => a.start - b.start)) {
    parts.push(whole.slice(at, place(start)), lines)
    at = Math.max(at, place(end))
  }
  const spliced = parts.join('') + whole.slice(at)
  return ended ? spliced : spliced.slice(0, spliced.endsWith(eol) ? -eol.length : undefined)
}

/** Where the next line begins; at the end of the text where there is none. */
export function nextLine(text: string, offset: number): number {
  const newline = text.indexOf('\n', offset)
  return newline === -1 ? text.length : newline + 1
}
