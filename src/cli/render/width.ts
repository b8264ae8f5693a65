import { stripVTControlCharacters } from 'node:util'

const INVISIBLE = /\p{M}|[\u200B-\u200F\u2060-\u2064]/u
const WIDE =
  /[\p{Emoji_Presentation}\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}\u3000-\u303E\uFF01-\uFF60\uFFE0-\uFFE6]/u
/** Control characters, lone surrogates, and marks that turn the reading direction: they could make a line lie. */
const UNPRINTABLE = /[\p{Cc}\p{Cs}\u2028\u2029\u202A-\u202E\u2066-\u2069]/gu

/** Columns of one character on a terminal: 0, 1 or 2. */
function columnsOf(character: string): number {
  if (character >= ' ' && character <= '~') return 1
  if (INVISIBLE.test(character)) return 0
  return WIDE.test(character) ? 2 : 1
}

/** Columns that a line takes on a terminal, colours not counted. */
export function displayWidth(line: string): number {
  let width = 0
  for (const character of stripVTControlCharacters(line)) width += columnsOf(character)
  return width
}

/** One line of text from outside, safe to show: what would move the cursor is shown as a picture of itself, a tab as two blanks. */
export function printable(line: string): string {
  return line.replaceAll('\t', '  ').replace(UNPRINTABLE, (character) => {
    const code = character.charCodeAt(0)
    return code < 0x20 ? String.fromCharCode(0x2400 + code) : code === 0x7f ? '\u2421' : '\uFFFD'
  })
}

/** Cuts a line without colours into pieces of at most `width` columns. */
export function chop(line: string, width: number): readonly string[] {
  if (displayWidth(line) <= width) return [line]
  const pieces: string[] = []
  let piece = ''
  let used = 0
  for (const character of line) {
    const columns = columnsOf(character)
    if (used + columns > width && piece !== '') {
      pieces.push(piece)
      piece = ''
      used = 0
    }
    piece += character
    used += columns
  }
  pieces.push(piece)
  return pieces
}

/** Pads a line with blanks up to `width` columns. */
export function padEnd(line: string, width: number): string {
  return line + ' '.repeat(Math.max(0, width - displayWidth(line)))
}
