import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { scanOutline } from '../../../../src/adapters/traefik/dynamic-config/outline-by-scan.ts'
import { parseWhole } from '../../../../src/adapters/traefik/dynamic-config/outline-by-yaml.ts'
import { ProblemError } from '../../../../src/domain/problem.ts'
import { nastyFile } from '../nasty-files.ts'

/** A router with anchors and aliases in all the places where people put them, and where they must not be. */
const anchoring: fc.Arbitrary<(name: string) => string> = fc
  .record({
    own: fc.constantFrom('', '', '', '', ' &x', ' &y', ' &x # note', '  &y   ', ' &x#'),
    field: fc.constantFrom('', ' &x', ' &y', ' &z # note', ' &z  '),
    inside: fc.constantFrom('le', 'le', 'le', 'le', 'le', 'le', '*x', '*y', '*z', '&z le', '{ a: *z }', '&y [*y]', ''),
    list: fc.constantFrom(
      '[web]',
      '[web]',
      '&w [web]',
      '&w\n        - web',
      '*w',
      '*x',
      '&w\n      - web',
      '&w\n        - web\n        - *z',
      '&w # note\n        - &v web',
      '*v',
      '&w',
    ),
    after: fc.constantFrom('1', '1', '1', '1', '*x', '*y', '*z', '*nowhere', '*x # note', '&x 2', '&y *x', '"*x"'),
  })
  .map(
    ({ own, field, inside, list, after }) =>
      (name: string) =>
        `    ${name}:${own}\n      tls:${field}\n        certResolver: ${inside}\n      entryPoints: ${list}\n      priority: ${after}\n`,
  )

describe('the line scanner for large files', () => {
  const agree = (text: string): void => {
    const source = { path: 'x.yml', text }
    const scanned = outcome(() => scanOutline(source))
    if (scanned === undefined) return
    expect(scanned).toEqual(outcome(() => parseWhole(source).outline))
  }

  it('sees what the full parser sees, or gives up', () => {
    fc.assert(
      fc.property(nastyFile, ({ text }) => agree(text)),
      { numRuns: 800 },
    )
  })

  it('accepts nothing that the full parser refuses', () => {
    const junk = fc.constantFrom(
      ' ',
      '  ',
      ':',
      ': ',
      '#',
      ' #',
      '-',
      '- ',
      '\n',
      '"',
      "'",
      '{',
      '}',
      '[',
      ']',
      ',',
      '&a ',
      '*a',
      '|',
      '>',
      '!',
      '?',
      '%',
      '@',
      '\t',
      'key: v\n',
      '---\n',
      '...\n',
      '<<: ',
      '~',
      '\\',
      'é',
    )
    fc.assert(
      fc.property(nastyFile, fc.array(fc.tuple(fc.nat(), fc.nat(3), junk), { minLength: 1, maxLength: 3 }), ({ text }, mutations) => {
        agree(
          mutations.reduce(
            (at, [place, drop, insert]) => at.slice(0, place % (at.length + 1)) + insert + at.slice((place % (at.length + 1)) + drop),
            text,
          ),
        )
      }),
      { numRuns: 4_000 },
    )
  })

  it('knows an ordinary line by its end as well as by its beginning', () => {
    const begin = fc.constantFrom(
      'a',
      'a b',
      '[a, b-c]',
      '[a, -]',
      '[a]',
      '{}',
      'Host(`x`)',
      'http://x:80/',
      '"q"',
      '-3',
      '5m',
      'é',
      '*x',
      '',
    )
    const end = fc.constantFrom(
      '',
      '',
      ' ',
      '  # note',
      ' #',
      '#x',
      ' b',
      ': c',
      ':',
      ' : d',
      ',',
      ']',
      '}',
      '\t',
      ' \t# x',
      '\r',
      '\n          more',
      '\u2028',
    )
    const key = fc.constantFrom('a', 'b', 'c', '"d"', '- e', '-', '<<', '1', 'a b')
    const field = fc.tuple(key, fc.constantFrom(': ', ':   ', ':', ' : '), begin, end).map((parts) => `      ${parts.join('')}\n`)
    fc.assert(
      fc.property(fc.array(field, { minLength: 1, maxLength: 4 }), (fields) => agree(`http:\n  routers:\n    r:\n${fields.join('')}`)),
      { numRuns: 4_000 },
    )
  })

  it('sees anchors and aliases as the full parser does, wherever they stand, or gives up', () => {
    let read = 0
    fc.assert(
      fc.property(fc.array(anchoring, { minLength: 1, maxLength: 3 }), (blocks) => {
        const text = `http:\n  routers:\n${blocks.map((block, index) => block(`r${index}`)).join('')}`
        agree(text)
        if (scanOutline({ path: 'x.yml', text }) !== undefined) read++
      }),
      { numRuns: 2_000 },
    )
    expect(read).toBeGreaterThan(100)
  })

  it.each([
    ['a block anchored at the end of a line', 'a: &x\n  b: 1\nc: *x\n', true],
    ['with a comment behind the anchor', 'a: &x   # shared\n  b: 1\nc: *x # here\n', true],
    ['with Windows line endings', 'a: &x\r\n  b: 1\r\nc: *x\r\n', true],
    ['on one line', 'a: &x { b: 1 }\nc: *x\n', true],
    ['a list', 'a: &x\n  - b\nc: *x\n', true],
    ['nothing at all', 'a: &x\nc: *x\n', true],
    ['defined again', 'a: &x 1\nb: &x\n  c: 2\nd: *x\n', true],
    ['an alias before its anchor', 'c: *x\na: &x\n  b: 1\n', false],
    ["an alias inside its own anchor's block", 'a: &x\n  b: *x\n', false],
    ['the same, in braces', 'a: &x { b: *x }\n', false],
    ['the same, where the name was used before', 'z: &x 1\na: &x\n  b: *x\n', false],
    ['a comment that is part of the anchor', 'a: &x#y\n  b: 1\n', false],
  ])('%s', (_, text, isRead) => {
    expect(scanOutline({ path: 'x.yml', text }) !== undefined).toBe(isRead)
    agree(text)
  })

  it('does read ordinary files', () => {
    expect(
      scanOutline({
        path: 'x.yml',
        text: 'http:\n  routers:\n    a:\n      rule: Host(`a`)\n      entryPoints:\n      - web\n      tls: {certResolver: le}\n',
      }),
    ).toBeDefined()
  })
})

function outcome<Result>(look: () => Result): Result | string {
  try {
    return look()
  } catch (error) {
    if (error instanceof ProblemError) return error.problem.code
    throw error
  }
}
