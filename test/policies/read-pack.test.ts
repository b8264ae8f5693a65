import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ProblemError } from '../../src/domain/problem.ts'
import type { Problem } from '../../src/domain/problem.ts'
import { readPolicyPack } from '../../src/policies/read-pack.ts'
import { packText } from './subjects.ts'

const HEAD = 'apiVersion: jmc-migrate/policy/v1\npack: team\nsummary: what the team wants\nrules:\n'

async function problemsOf(text: string): Promise<readonly Problem[]> {
  try {
    await readPolicyPack('policies/team.yaml', text)
  } catch (error) {
    if (error instanceof ProblemError) return error.problems
    throw error
  }
  return []
}

/** What the caret stands below. */
const underlined = ({ location }: Problem): string | undefined =>
  location?.text?.slice(location.column - 1, location.column - 1 + (location.length ?? 1))

describe('a policy file', () => {
  it('becomes a pack with full names and places', async () => {
    const pack = await readPolicyPack('team.yaml', packText({ name: 'no-latest', expression: 'true', kinds: ['Deployment'] }))
    expect(pack).toMatchObject({ name: 'team', summary: 'what the team wants' })
    expect(pack.rules).toMatchObject([
      { name: 'team/no-latest', severity: 'error', kinds: ['Deployment'], location: { file: 'team.yaml', line: 5, column: 11 } },
    ])
  })

  it.each([
    ['empty', '', 'empty-policy-file'],
    ['of something else', '- a\n', 'not-a-policy-file'],
    ['of two documents', `${packText({ expression: 'true' })}---\na: 1\n`, 'several-documents'],
    ['no YAML', 'a: [', 'not-yaml'],
    ['of another version', packText({ expression: 'true' }).replace('policy/v1', 'policy/v2'), 'wrong-value'],
    ['without rules', 'apiVersion: jmc-migrate/policy/v1\npack: team\nsummary: s\nrules: []\n', 'wrong-value'],
  ])('that is %s is refused', async (_, text, code) => {
    const problems = await problemsOf(text)
    expect(problems.map((problem) => problem.code)).toContain(code)
    for (const problem of problems) {
      expect(problem).toMatchObject({ exitCode: 65, effect: 'no', location: { file: 'policies/team.yaml' } })
      expect(problem.summary).not.toMatch(/\bplan\b/)
      expect(problem.next.join()).not.toMatch(/\bplan\b/)
    }
  })

  it('shows every mistake at once, in order, each in its place, with what was meant', async () => {
    const rule = { name: 'Bad Name', expresion: 'true', severity: 'eror', kinds: ['deployment'], looksAt: 'object' }
    const problems = await problemsOf(packText(rule, { expression: 'true', priority: 3 }))
    expect(problems.map((problem) => [problem.code, underlined(problem), problem.next[0]])).toEqual([
      ['wrong-value', '"Bad Name"', 'correct the value; docs/policies.md describes the fields of a rule'],
      ['wrong-value', '"eror"', 'did you mean `error`?'],
      ['unknown-field', 'expresion', 'did you mean `expression`?'],
      ['wrong-value', '"deployment"', 'correct the value; docs/policies.md describes the fields of a rule'],
      ['unknown-field', 'priority', expect.stringMatching(/^remove it; fields here: name, severity/)],
    ])
  })

  it('refuses what no field can say alone', async () => {
    const rules = [
      { name: 'same', expression: 'true', path: 'spec.containers[{index}]' },
      { name: 'same', looksAt: 'image', kinds: ['Pod'], expression: 'true' },
    ]
    expect((await problemsOf(packText(...rules))).map(({ code, location }) => [code, location?.line])).toEqual([
      ['useless-field', 12],
      ['duplicate-rule', 13],
      ['useless-field', 19],
    ])
  })
})

describe('a broken expression', () => {
  it.each([
    ['a variable that nobody knows', 'objet.kind == "a"', 'objet', 'did you mean `object`?'],
    ['a variable of another subject', 'chart.chart == ""', 'chart', undefined],
    ['`it` without `each`', 'it.name == "a"', 'it', undefined],
    ['a function that nobody knows', 'has(object.spec) && sizee(object.kind) == 1', 'sizee(object.kind)', 'did you mean `size`?'],
    ['types that do not fit', 'true && "a" + 1 == 2', '"a" + 1', undefined],
    ['a result that is none', '1 + 1', '1 + 1', undefined],
    ['an end that comes too early', 'object.kind ==', '=', undefined],
  ])('%s is underlined', async (_, expression, text, next) => {
    const [problem] = await problemsOf(`${HEAD}${rest(`    expression: '${expression}'`)}`)
    expect(problem).toMatchObject({ code: 'policy-expression-broken', exitCode: 65, location: { line: 8 } })
    expect(problem && underlined(problem)).toBe(text)
    if (next !== undefined) expect(problem?.next).toEqual([next])
  })

  it.each([
    ['a method that nobody knows', "object.kind.startWith('a')", 'did you mean `startsWith`?'],
    ['a macro that nobody knows', 'object.spec.list.exist(each, each)', 'did you mean `exists`?'],
    ['one equals sign', "object.kind = 'a'", 'write `==` to compare'],
    ['words for signs', 'has(object.a) and has(object.b)', 'write `&&` for and, `||` for or, `!` for not'],
    ['a bracket left open', 'size(object.spec', 'it ends too early: close what was opened, or write what is missing'],
    ['`has` of a key', "has(object.data['a'])", "`has` takes one field: `has(object.spec.replicas)`; of a key: `'key' in object.data`"],
    ['a number for a truth', 'size(object.kind)', 'compare it with something: `… == …`, `size(…) > 0`, `has(…)`'],
    ['a text left open', "object.kind == 'a", 'close the text with the quote that it begins with'],
    ['an if', 'if (true) {}', 'there is no `if`: write `condition ? this : that`'],
    ['two types', "1 + 'a' == 'b'", 'make both sides one type: `string(…)`, `int(…)` or `double(…)`'],
  ])('%s gets its own advice', async (_, expression, advice) => {
    const [problem] = await problemsOf(`${HEAD}${rest(`    expression: ${JSON.stringify(expression)}`)}`)
    expect(problem?.next).toEqual([advice])
  })

  it.each([
    ['plain', 'expression: true && nobody'],
    ['single quotes', "expression: 'object.kind == ''a'' && nobody'"],
    ['double quotes', 'expression: "object.kind == \\"a\\" &&\\n nobody"'],
    ['a plain value of several lines', 'expression: object.kind == "a" &&\n      object.kind != "b" &&\n      nobody'],
    ['a literal block', 'expression: |\n      object.kind == "a" &&\n        (object.kind != "b" &&\n\n        nobody)'],
    ['a folded block', 'expression: >-\n      object.kind == "a" &&\n      object.kind != "b" &&\n\n      nobody'],
  ])('is found in %s', async (_, field) => {
    const problems = await problemsOf(`${HEAD}${rest(`    ${field}`)}`)
    expect(problems.map(underlined)).toEqual(['nobody'])
  })

  it('of several rules and fields: all are shown', async () => {
    const rules = [
      { expression: 'a', message: 'b' },
      { each: 'c', when: 'd', expression: 'true' },
    ]
    const problems = await problemsOf(packText(...rules))
    expect(problems.map(underlined)).toEqual(['b', 'a', 'c', 'd'].toSorted((x, y) => order(problems, x) - order(problems, y)))
    expect(problems).toHaveLength(4)
  })

  it('that is too deep or too long is refused before it is asked', async () => {
    const deep = `${'('.repeat(200)}true${')'.repeat(200)}`
    const long = Array.from({ length: 500 }, (_, index) => `object.kind != "${index}"`).join(' && ')
    expect((await problemsOf(packText({ expression: deep }))).map(({ code }) => code)).toEqual(['policy-expression-broken'])
    expect((await problemsOf(packText({ expression: long }))).map(({ code }) => code)).toEqual(['wrong-value'])
  })
})

it('any text is read or refused with problems, never with a crash', async () => {
  const letters = fc.string({
    unit: fc.constantFrom('a', '(', ')', '.', '"', "'", '\n', ' ', '|', ':', '-', '[', 'object', 'true', '&&', '?'),
  })
  await fc.assert(
    fc.asyncProperty(letters, letters, async (expression, garbage) => {
      for (const problem of await problemsOf(packText({ expression }))) expect(problem.location?.line).toBeGreaterThan(0)
      for (const problem of await problemsOf(`${HEAD}${garbage}`)) expect(problem.location?.line).toBeGreaterThan(0)
    }),
    { numRuns: 150 },
  )
})

/** A rule whose expression stands on line 8. */
const rest = (expression: string): string =>
  `  - name: a\n    severity: error\n    looksAt: object\n${expression}\n    message: "'m'"\n    why: w\n    fix: f\n`

const order = (problems: readonly Problem[], text: string): number => problems.findIndex((problem) => underlined(problem) === text)
