import { describe, expect, test } from 'vitest'
import { builtInPacks } from '../../../src/policies/built-in-packs.ts'
import { reportProblems } from '../../../src/policies/report-problems.ts'
import { title, whySkipped } from '../../real/servers/tools.ts'
import { clients } from '../../tools/clients.ts'
import { copyOf, newFindings, open, reportOf } from './fixture.ts'
import { FIXTURES, NOT_APPLICABLE } from './fixtures.ts'

const reason = await whySkipped(async () => (await clients()).helm)
const rules = (await builtInPacks()).flatMap((pack) => pack.rules)
const known = new Map(rules.map((rule) => [rule.name, rule]))

/** The rule alone, and as severe as its pack says: an error refuses the plan, the others refuse nothing. */
describe.skipIf(reason !== undefined).each(FIXTURES)(title('a broken copy of $plan', reason), ({ plan, breaks, already, unbreakable }) => {
  const whole = copyOf(plan).then(reportOf)

  test.each(Object.entries(breaks))('fails with exactly %s', async (rule, change) => {
    const copy = await copyOf(plan)
    change(copy)
    const report = await reportOf(copy)
    const found = newFindings(await whole, report)
    expect(found.map((each) => `${each.rule} ${each.object}: ${each.message}`)).not.toEqual([])
    expect(found.filter((each) => each.rule !== rule)).toEqual([])
    expect(new Set(found.map(({ severity }) => severity))).toEqual(new Set([known.get(rule)?.severity]))
    expect(report.problems).toEqual([])
    expect(reportProblems(report).refused.length > 0).toBe(known.get(rule)?.severity === 'error')
  })

  test('is there for every rule that looks at something of it', async () => {
    const { asked } = await whole
    const looking = rules.map(({ name }) => name).filter((name) => (asked[name] ?? 0) > 0)
    const accounted = new Set([breaks, already, unbreakable].flatMap((list) => Object.keys(list)))
    expect(looking.filter((name) => !accounted.has(name))).toEqual([])
    const idle = [...Object.keys(unbreakable), ...Object.keys(NOT_APPLICABLE)].filter((name) => looking.includes(name))
    expect(idle).toEqual(Object.keys(unbreakable))
  })

  test('differs from the fixture, which breaks nothing but what is listed', async () => {
    const report = await whole
    expect(reportProblems(report).refused).toEqual([])
    expect([...new Set(open(report).map(({ rule }) => rule))].sort()).toEqual(Object.keys(already).sort())
  })
})

test('every rule is broken in some fixture, or looks at nothing that any has', () => {
  const broken = new Set(FIXTURES.flatMap(({ breaks }) => Object.keys(breaks)))
  const missing = rules.map(({ name }) => name).filter((name) => !broken.has(name))
  const named = FIXTURES.flatMap(({ unbreakable, already }) => [...Object.keys(unbreakable), ...Object.keys(already)])
  const explained = new Set([...Object.keys(NOT_APPLICABLE), ...named])
  expect(missing.filter((name) => !explained.has(name))).toEqual([])
})

test('the lists name rules that there are, and no rule in two of them', () => {
  for (const { breaks, already, unbreakable } of FIXTURES) {
    const names = [breaks, already, unbreakable, NOT_APPLICABLE].flatMap((list) => Object.keys(list))
    expect(names.filter((name) => !known.has(name))).toEqual([])
    expect(names.length).toBe(new Set(names).size)
  }
})
