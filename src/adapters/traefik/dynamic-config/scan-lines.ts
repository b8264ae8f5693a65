/** A line with content: not blank, and no comment alone. */
export interface Line {
  readonly start: number
  /** Column of its first character that is no space. */
  readonly indent: number
  /** Before its line ending. */
  readonly end: number
}

/** The lines with content, one after the other. None is kept: of a file of thousands of routers they would fill the memory first. */
export class ContentLines {
  readonly #text: string
  #next = 0
  /** Undefined after the last one. */
  current: Line | undefined
  /** The one before. */
  previous: Line | undefined

  constructor(text: string) {
    this.#text = text
    this.advance()
  }

  advance(): void {
    this.previous = this.current
    this.current = undefined
    while (this.current === undefined && this.#next < this.#text.length) this.current = this.#lineAt(this.#next)
  }

  #lineAt(start: number): Line | undefined {
    const text = this.#text
    const newline = text.indexOf('\n', start)
    let end = newline === -1 ? text.length : newline
    this.#next = newline === -1 ? text.length : newline + 1
    if (end > start && text.charCodeAt(end - 1) === RETURN) end--
    let at = start
    while (at < end && text.charCodeAt(at) === SPACE) at++
    return at < end && text.charCodeAt(at) !== HASH ? { start, indent: at - start, end } : undefined
  }
}

const SPACE = 32
const RETURN = 13
const HASH = 35
