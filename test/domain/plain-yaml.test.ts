import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { LineCounter, parseAllDocuments } from 'yaml'
import type { PlainDocument } from '../../src/domain/plain-yaml.ts'
import { plainDocuments } from '../../src/domain/plain-yaml.ts'

const ROOT = new URL('../../', import.meta.url)
const SAMPLES = [
  'plans/jayne-martin-counselling.yaml',
  'fixtures/jayne-martin-counselling/kubernetes/deployment.yaml',
  'fixtures/jayne-martin-counselling/kubernetes/ingress.yaml',
].map((path) => readFileSync(new URL(path, ROOT), 'utf8'))

/** What the full parser says; undefined where it complains. Dates are text to nobody, so that they differ from all that we read. */
function fully(text: string, version: '1.1' | '1.2'): readonly PlainDocument[] | undefined {
  const lineCounter = new LineCounter()
  const documents = [...parseAllDocuments(text, { version, merge: true, prettyErrors: false, logLevel: 'silent', lineCounter })]
  if (documents.some((each) => each.errors.length > 0 || each.warnings.length > 0)) return undefined
  return documents.map((each) => ({ value: each.toJS(), line: lineCounter.linePos(each.contents?.range[0] ?? 0).line }))
}

/** Key order counts: objects are shown to people in it. */
const shown = (documents: readonly PlainDocument[] | undefined): string | undefined => documents && JSON.stringify(documents)

function agree(text: string): boolean {
  const plain = plainDocuments(text)
  if (plain === undefined) return false
  for (const version of ['1.1', '1.2'] as const) {
    expect(shown(plain)).toBe(shown(fully(text, version)))
    expect(plain).toEqual(fully(text, version))
  }
  return true
}

const scalar = fc.oneof(
  fc.constantFrom(
    'a',
    'two words',
    'http://x.test:80/a#b',
    'k: v',
    'a #c',
    'a:',
    "it's",
    '"q"',
    "'q'",
    '"a\\nb"',
    "'it''s'",
    '"',
    "''",
    '""',

    'Host(`x`) && Path(`/y`)',
    '/abs',
    '../up',
    './here',
    './',
    '~',
    'null',
    'Null',
    'true',
    'TRUE',
    'yes',
    'n',
    'Off',
    '<<',
    '__proto__',
    'constructor',
    '0',
    '7',
    '-1',
    '+1',
    '007',
    '0o7',
    '0x1F',
    '0b1',
    '1_000',
    '1e3',
    '1.5',
    '0.10',
    '1.',
    '.5',
    '12:30',
    '1:2:3',
    '1:30.5',

    '5m',
    '128Mi',
    '250m',
    '10.42.0.1',
    '10.0.0.1:80',
    '10.0.0.0/8',
    '2026-11-21',
    '2026-11-21t10:00:00z',
    '2026-11-21 10:00:00',
    '99999999999999999',

    '[a, b]',
    '{ a: 1, b: [c] }',
    '{a: b}',
    '{}',
    '[]',
    '[a,]',
    '[ , ]',
    '{a}',
    '[a: b]',
    '{ a: b #c',
    '{ "a": x, a: y }',
    '[5m, 1.5, yes]',
    '&x y',
    '*x',
    '!t v',
    '|',
    '>-',
    '? q',
    '- z',
    '%d',
    '@v',
    '`v`',
    'é → ✓',
    '🙂',
    '\u00a0x',
    'x\u0085y',
    '---',
    '...',
    '=',
    '',
  ),
  fc.stringMatching(/^[\d.:eExob_+TtzZ-]{1,8}$/),
  fc.stringMatching(/^[\w .:#,/[\]{}"'-]{0,8}$/),
)
const key = fc.constantFrom(
  'a',
  'b',
  'c',
  'd.e/f-g',
  '"quoted key"',
  "'s'",
  'yes',
  'null',
  '1',
  '"1"',
  '<<',
  '__proto__',
  'toString',
  '- a',
  '- b',
  '-',
)
const line = fc
  .record({
    indent: fc.nat(4).map((each) => ' '.repeat(each)),
    content: fc.oneof(
      fc
        .tuple(key, fc.constantFrom(':', ': ', ':   ', ' : '), scalar, fc.constantFrom('', ' ', ' # note', '#x'))
        .map((each) => each.join('')),
      fc.tuple(key, fc.constantFrom(':', ': ', ': # note')).map((each) => each.join('')),
      scalar.map((each) => `- ${each}`),
      fc.constantFrom('', '# note', '---', '--- # x', '...', '-', '- ', '%YAML 1.1', '\t', 'text'),
    ),
  })
  .map(({ indent, content }) => indent + content)
const junk = fc.oneof(
  scalar,
  fc.constantFrom(
    ' ',
    '  ',
    ':',
    ': ',
    '#',
    ' #',
    '-',
    '- ',
    '\n',
    '\n  ',
    '"',
    "'",
    '{',
    '}',
    '[',
    ']',
    ',',
    '\t',
    '\r',
    '---\n',
    '...\n',
  ),
)

describe('plain YAML', () => {
  test('ordinary plans and manifests are read, as the full parser reads them', () => {
    for (const sample of SAMPLES) expect(agree(sample)).toBe(true)
    expect(agree(`# first\n---\n${SAMPLES[1] ?? ''}---\n${SAMPLES[2] ?? ''}`)).toBe(true)
  })

  test.each([
    [
      'a: 1\nb:\n- x\n- p: [z, { w: 0.5 }]\n  v:\n    u:\nc: # none\n',
      { a: 1, b: ['x', { p: ['z', { w: 0.5 }], v: { u: null } }], c: null },
    ],
    ['- 5m\n- 10.0.0.1:80 # here\n- "yes"\n- true\n', ['5m', '10.0.0.1:80', 'yes', true]],
  ])('%j', (text, value) => {
    expect(plainDocuments(text)).toEqual([{ value, line: 1 }])
    expect(agree(text)).toBe(true)
  })

  test.each([
    '',
    '# nothing\n',
    'a: 1\na: 2\n',
    'a: {b: 1, b: 2}\n',
    'a: yes\n',
    'a: e1\n',
    'a: e+0\n',
    'a: E-12\n',
    'a: 0644\n',
    'a: 1e3\n',
    'a: 2026-11-21\n',
    'a: 12:30\n',
    'yes: a\n',

    'a: |\n  text\n',
    'a: &x 1\n',
    'a: one\n  two\n',
    'a: b: c\n',
    '\ta: 1\n',
    'a: 1\r\n',
    '__proto__: { a: 1 }\n',
    'a: 1\n---\n---\nb: 1\n',
    'a: "\n',
    'a: [\n',
    'a: {b\n',
    `a: ${'['.repeat(20_000)}\n`,
    `${'- a:\n'.repeat(3)}   b`,
  ])('gives up on %j', (text) => expect(plainDocuments(text)).toBeUndefined())

  test('gives up on depth instead of running out of stack', () => {
    expect(plainDocuments(Array.from({ length: 5_000 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n'))).toBeUndefined()
  })

  test('whatever lines are put together, it reads what the full parser reads, or gives up', () => {
    fc.assert(
      fc.property(fc.array(line, { minLength: 1, maxLength: 7 }), (lines) => void agree(lines.join('\n'))),
      { numRuns: 6_000 },
    )
  })

  test('whatever happens to a real file, it reads what the full parser reads, or gives up', () => {
    const careless = fc.array(fc.tuple(fc.nat(), fc.nat(4), junk), { minLength: 1, maxLength: 3 })
    let read = 0
    fc.assert(
      fc.property(fc.constantFrom(...SAMPLES), careless, (sample, edits) => {
        const damaged = edits.reduce((text, [place, drop, insert]) => {
          const at = place % (text.length + 1)
          return text.slice(0, at) + insert + text.slice(at + drop)
        }, sample)
        if (agree(damaged)) read++
      }),
      { numRuns: 400 },
    )
    expect(read).toBeGreaterThan(20)
  })
})
