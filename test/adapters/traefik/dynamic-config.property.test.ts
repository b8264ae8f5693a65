import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import type { RouterDefinition } from '../../../src/domain/ports/edge.ts'
import { owned, readDynamicConfig, withoutRouters, withRouters } from '../../../src/adapters/traefik/dynamic-config.ts'
import { scanOutline } from '../../../src/adapters/traefik/dynamic-config/outline-by-scan.ts'
import { parseWhole } from '../../../src/adapters/traefik/dynamic-config/outline-by-yaml.ts'
import { ProblemError } from '../../../src/domain/problem.ts'
import { nastyFile } from './nasty-files.ts'
import { remoteFile, textOf } from './remote-file.ts'

const definition: fc.Arbitrary<RouterDefinition> = fc
  .record({
    rule: fc.constantFrom(
      'Host(`www.site.test`)',
      'Host(`a`) && Header(`X-Y`, "it\'s: # {odd}")',
      '!Path(`/x`)',
      'Host(`Größe`)',
      'null',
      '- x',
      'Path(`/a\tb`)',
    ),
    service: fc.constantFrom('web@docker', 'api@internal', 'true@internal'),
    entryPoints: fc.constantFrom(['websecure'], ['web', 'websecure']),
    priority: fc.constantFrom(1, -5, 100_000),
    middlewares: fc.constantFrom(undefined, [], ['oauth-auth@docker'], ['a@docker', 'b@docker']),
    tls: fc.constantFrom(
      undefined,
      {},
      { certResolver: 'le' },
      { options: 'x@file', domains: [{ main: 'a.test', sans: ['b.test', '*.c.test'] }] },
    ),
  })
  .map(({ middlewares, tls, ...rest }) => ({ ...rest, ...(middlewares && { middlewares }), ...(tls && { tls }) }))

const add = (text: string, routers: Record<string, RouterDefinition>): string =>
  textOf(withRouters(readDynamicConfig(remoteFile(text)), routers).bytes)
const remove = (text: string, names: readonly string[], original?: string): string =>
  textOf(withoutRouters(readDynamicConfig(remoteFile(text)), names, original === undefined ? undefined : remoteFile(original)).bytes)

/** YAML as another reader sees it, template actions as plain text. */
const independently = (text: string): any => parse(text.replace(/\{\{[^}]*\}\}/g, 'template'), { merge: true }) ?? {} // oxlint-disable-line typescript/no-explicit-any

describe('routers spliced into any file', () => {
  it('are there, and nothing else changed', () => {
    fc.assert(
      fc.property(nastyFile, definition, ({ text }, router) => {
        const after = add(text, { 'k8s-jmc': router })
        const before = independently(text)
        const expected = { ...before, http: { ...before.http, routers: { ...before.http?.routers, 'k8s-jmc': expectedValue(router) } } }
        expect(independently(after)).toEqual(expected)
        expect(owned(readDynamicConfig(remoteFile(after)), 'k8s-jmc', router)).toEqual({ status: 'ours' })
        expect(isOneInsertion(text, after)).toBe(true)
      }),
      { numRuns: 300 },
    )
  })

  it('give the same bytes back when they are removed, one by one in any order', () => {
    fc.assert(
      fc.property(nastyFile, definition, definition, fc.boolean(), fc.boolean(), ({ text }, first, second, together, reverse) => {
        const both = together ? add(text, { one: first, two: second }) : add(add(text, { one: first }), { two: second })
        const [a, b] = reverse ? ['two', 'one'] : ['one', 'two']
        expect(remove(remove(both, [a ?? ''], text), [b ?? ''], text)).toBe(text)
        expect(remove(both, ['one', 'two'], text)).toBe(text)
      }),
      { numRuns: 200 },
    )
  })

  it('leave what a human wrote elsewhere meanwhile', () => {
    fc.assert(
      fc.property(nastyFile, definition, fc.nat(), ({ text, eol }, router, place) => {
        const after = add(text, { 'k8s-jmc': router })
        const edited = insertLine(after, '# a human was here', eol, place)
        fc.pre(isUnderstood(edited.text))
        const back = remove(edited.text, ['k8s-jmc'], text)
        expect(back.split('# a human was here').length).toBe(2)
        expect(withoutHumanLine(back, eol)).toBe(text)
      }),
      { numRuns: 200 },
    )
  })

  it('are no difference when they are there already', () => {
    fc.assert(
      fc.property(nastyFile, definition, ({ text }, router) => {
        const after = add(text, { 'k8s-jmc': router })
        const again = withRouters(readDynamicConfig(remoteFile(after)), { 'k8s-jmc': router })
        expect(textOf(again.bytes)).toBe(after)
        expect(again.ownedKeys).toEqual([])
      }),
      { numRuns: 100 },
    )
  })
})

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

const expectedValue = ({ rule, service, entryPoints, priority, middlewares, tls }: RouterDefinition) => ({
  rule,
  entryPoints,
  ...(middlewares && middlewares.length > 0 && { middlewares }),
  service,
  priority,
  ...(tls !== undefined && { tls }),
})

function isOneInsertion(before: string, after: string): boolean {
  let head = 0
  while (head < before.length && before[head] === after[head]) head++
  return after.endsWith(before.slice(head))
}

function insertLine(text: string, line: string, eol: string, place: number): { readonly text: string } {
  const lines = text.split(eol)
  lines.splice(place % lines.length, 0, line)
  return { text: lines.join(eol) }
}

function withoutHumanLine(text: string, eol: string): string {
  return text
    .split(eol)
    .filter((line) => line !== '# a human was here')
    .join(eol)
}

function isUnderstood(text: string): boolean {
  try {
    readDynamicConfig(remoteFile(text))
    return true
  } catch {
    return false
  }
}

function outcome<Result>(look: () => Result): Result | string {
  try {
    return look()
  } catch (error) {
    if (error instanceof ProblemError) return error.problem.code
    throw error
  }
}
