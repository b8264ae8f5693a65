import { expect, it } from 'vitest'
import { wantsColour } from '../../../src/cli/io.ts'
import { createPage } from '../../../src/cli/render/page.ts'
import { paragraph, wrap } from '../../../src/cli/render/paragraph.ts'
import { displayWidth, printable } from '../../../src/cli/render/width.ts'

it('wraps at words, keeps line breaks and indentation, and cuts only words that are no path', () => {
  expect(wrap('one two three\n  four five six', 9)).toEqual(['one two', 'three', '  four', '  five', '  six'])
  expect(wrap(`${'x'.repeat(25)} y`, 10)).toEqual(['x'.repeat(10), 'x'.repeat(10), 'xxxxx y'])
  expect(wrap(`see /${'x'.repeat(25)} y`, 10)).toEqual(['see', `/${'x'.repeat(25)}`, 'y'])
})

it('does not wrap for a pipe', () => {
  const page = createPage({ width: Infinity, colour: false })
  expect(paragraph(page, 'word '.repeat(100), { first: '- ' })).toHaveLength(1)
})

it('knows how wide characters are', () => {
  expect(displayWidth('\u001B[31mred\u001B[39m')).toBe(3)
  expect(displayWidth('日本')).toBe(4)
  expect(displayWidth('e\u0301')).toBe(1)
})

it('shows control characters as pictures', () => {
  expect(printable('a\u001B[2Jb\r\u202Ec')).toBe('a␛[2Jb␍\uFFFDc')
})

it('colours a terminal, not a pipe or CI; NO_COLOR and --no-color win over FORCE_COLOR', () => {
  const tty = { isTTY: true }
  expect(wantsColour(tty, { TERM: 'xterm' }, true)).toBe(true)
  expect(wantsColour({}, { TERM: 'xterm' }, true)).toBe(false)
  expect(wantsColour(tty, { TERM: 'dumb' }, true)).toBe(false)
  expect(wantsColour(tty, { CI: 'true' }, true)).toBe(false)
  expect(wantsColour({}, { FORCE_COLOR: '1' }, true)).toBe(true)
  expect(wantsColour(tty, { FORCE_COLOR: '0' }, true)).toBe(false)
  expect(wantsColour(tty, { FORCE_COLOR: '1', NO_COLOR: '1' }, true)).toBe(false)
  expect(wantsColour(tty, { FORCE_COLOR: '1' }, false)).toBe(false)
})
