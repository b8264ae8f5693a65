import fc from 'fast-check'
import { expect, test } from 'vitest'
import { plainDocuments } from '../../src/domain/plain-yaml.ts'
import { GOOD_PLAN, problemsOf } from './fakes.ts'

const token = fc.constantFrom(
  '\t',
  ' ',
  '\n',
  ':',
  '- ',
  '{',
  '}',
  '[',
  ']',
  '"',
  "'",
  '#',
  '&a',
  '*a',
  '<<: *a',
  '|',
  '---\n',
  '!!int ',
  '${',
  '1',
  'null',
  '~',
  '\r',
  '__proto__: ',
  '? ',
  '%',
  '@',
)
const edit = fc.record({
  at: fc.nat(GOOD_PLAN.length),
  removed: fc.nat(12),
  inserted: fc.oneof(token, fc.constant(''), fc.string({ maxLength: 3 })),
})

/** The good plan after a few careless keystrokes. */
const damaged = fc
  .array(edit, { minLength: 1, maxLength: 4 })
  .map((edits) => edits.reduce((text, { at, removed, inserted }) => text.slice(0, at) + inserted + text.slice(at + removed), GOOD_PLAN))

test('whatever is in the file, every problem has a place in it', async () => {
  await fc.assert(
    fc.asyncProperty(damaged, async (text) => {
      const lines = text.replace(/^\uFEFF/, '').split('\n')
      for (const { location, summary, next, exitCode } of await problemsOf(text)) {
        expect(exitCode).toBe(65)
        expect(summary).not.toMatch(/undefined|\[object|NaN/)
        expect(next.length).toBeGreaterThan(0)
        const line = lines[(location?.line ?? 0) - 1]?.replace(/\r$/, '')
        expect(line).toBeDefined()
        expect(location?.text?.length).toBe(line?.length)
        expect(location?.column).toBeGreaterThanOrEqual(1)
        expect((location?.column ?? 0) - 1 + (location?.length ?? 0)).toBeLessThanOrEqual(Math.max(1, line?.length ?? 0) + 1)
      }
    }),
    { numRuns: 200, seed: 7 },
  )
})

test('the same problems in the same places, whoever read the YAML', async () => {
  let plain = 0
  await fc.assert(
    fc.asyncProperty(damaged, async (text) => {
      if (plainDocuments(text) === undefined) return
      plain++
      const withTab = `${text}\n#\ta tab, which only the full parser takes`
      expect(plainDocuments(withTab)).toBeUndefined()
      expect(await problemsOf(text)).toEqual(await problemsOf(withTab))
    }),
    { numRuns: 400 },
  )
  expect(plain).toBeGreaterThan(20)
})

test.each([
  [
    'an alias bomb',
    `a: &a [x, x, x, x, x, x, x, x, x]\nb: &b [*a, *a, *a, *a, *a, *a, *a, *a]\nc: &c [*b, *b, *b, *b, *b, *b, *b, *b]\nd: [*c, *c, *c, *c, *c, *c]\n`,
  ],
  ['deep nesting', `${GOOD_PLAN}lab: ${'['.repeat(20_000)}${']'.repeat(20_000)}\n`],
  ['deep nesting of maps', `name: ${'{a: '.repeat(20_000)}x${'}'.repeat(20_000)}\n`],
  ['NUL bytes', 'name: a\0b\n'],
  ['a plan that is a number', '42\n'],
  ['prototype keys', '__proto__: { polluted: true }\nconstructor: 1\nsteps: [{ __proto__: {}, toString: {} }]\n'],
])('%s is refused, not a crash', async (_, text) => {
  expect(await problemsOf(text)).not.toEqual([])
  expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false)
})
