import { describe, expect, it } from 'vitest'
import { builtInPacks } from '../../src/policies/built-in-packs.ts'
import { evaluatePolicies } from '../../src/policies/evaluate.ts'
import { exampleSubjects } from '../../src/policies/example.ts'

const packs = await builtInPacks()
const rules = packs.flatMap((pack) => pack.rules.map((rule) => ({ name: rule.name, rule, pack })))

it('there are built-in packs', () => expect(packs.length).toBeGreaterThan(0))

describe.each(rules)('$name', ({ rule, pack }) => {
  it('is asked about its passing example and finds nothing', async () => {
    const report = await evaluatePolicies([pack], exampleSubjects(rule, 'passing'), [])
    expect([...report.problems, ...report.warnings]).toEqual([])
    expect(report.findings.filter((finding) => finding.rule === rule.name)).toEqual([])
    expect(report.asked[rule.name]).toBeGreaterThan(0)
  })

  it('finds its failing example wrong, and no other rule of its pack does', async () => {
    const report = await evaluatePolicies([pack], exampleSubjects(rule, 'failing'), [])
    expect([...report.problems, ...report.warnings]).toEqual([])
    expect([...new Set(report.findings.map((finding) => finding.rule))]).toEqual([rule.name])
    for (const { message } of report.findings) expect(message).toMatch(/\S/)
  })
})
