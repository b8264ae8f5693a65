/** A line with content: not blank, and no comment alone. */
export interface Line {
  readonly start: number
  /** Column of its first character that is no space. */
  readonly indent: number
  /** Before its line ending. */
  readonly end: number
}

/** All lines with content. */
export function contentLines(text: string): readonly Line[] {
  const lines: Line[] = []
  for (let start = 0; start < text.length;) {
    const newline = text.indexOf('\n', start)
    const next = newline === -1 ? text.length : newline + 1
    let end = newline === -1 ? text.length : newline
    if (end > start && text.charCodeAt(end - 1) === 13) end--
    let at = start
    while (at < end && text.charCodeAt(at) === 32) at++
    if (at < end && text.charCodeAt(at) !== 35) lines.push({ start, indent: at - start, end })
    start = next
  }
  return lines
}
