/**
 * Where a character of a YAML scalar's value stands in the file, as an offset into `text`; `start` is where the scalar begins. Walks value and source side
 * by side: quotes, escapes, line folding and the indentation of blocks are what the source has more.
 */
export function offsetInScalar(text: string, start: number, value: string, offset: number): number {
  const quoted = /["']/.test(text[start] ?? '')
  let at = quoted ? start + 1 : start + (BLOCK_HEADER.exec(text.slice(start, start + 2000))?.[0].length ?? 0)
  const escapes = text[start] === '"'
  for (let index = 0; index < offset && at < text.length; index++) at = behind(text, at, value[index] ?? '', escapes)
  const sought = value[offset]
  return sought === undefined || isBlank(sought) ? at : visible(text, at)
}

/** `|-`, `>2`, a comment, and the indentation of the first line. */
const BLOCK_HEADER = /^[|>][-+0-9]*[^\n]*\n\s*/

const isBlank = (character: string | undefined): boolean => character !== undefined && /\s/.test(character)

/** The offset behind what stands for `character` at or after `at`. */
function behind(text: string, at: number, character: string, escapes: boolean): number {
  if (escapes && text[at] === '\\') return at + 2
  if (isBlank(character)) return isBlank(text[at]) ? behindBlank(text, at) : at
  const seen = visible(text, at)
  return text.startsWith("''", seen) && character === "'" ? seen + 2 : seen + 1
}

/** One blank, or a line break with the indentation of the line that follows. */
const behindBlank = (text: string, at: number): number => at + (/^[ \t]*\r?\n[ \t]*/.exec(text.slice(at, at + 500))?.[0].length ?? 1)

const visible = (text: string, at: number): number => at + (/^\s*/.exec(text.slice(at, at + 500))?.[0].length ?? 0)
