import { describe, expect, it } from 'vitest'
import type { PolicyWaiver } from '../../src/domain/policy.ts'
import { evaluatePolicies } from '../../src/policies/evaluate.ts'
import { reportProblems } from '../../src/policies/report-problems.ts'
import { NOW, pack, subjects, waiver } from './subjects.ts'

const OBJECTS = `
{ apiVersion: v1, kind: Service, metadata: { name: web } }
---
{ apiVersion: v1, kind: Service, metadata: { name: api } }
`
const rule = { expression: 'false', message: "'wrong is ' + object.metadata.name" }

const evaluate = async (waivers: readonly PolicyWaiver[], severity = 'error', now = NOW) =>
  evaluatePolicies([await pack({ ...rule, severity })], subjects(OBJECTS, { now }), waivers)

describe('a waiver', () => {
  it('waives what it names, and nothing else', async () => {
    const report = await evaluate([waiver({ object: 'Service/web' })])
    expect(report.findings.map(({ object, waiver: its }) => [object, its])).toEqual([
      ['Service/web', { reason: 'known', expires: '2026-12-31' }],
      ['Service/api', undefined],
    ])
    expect(report.questions.map(({ verdict }) => verdict)).toEqual(['waived', 'found'])
    expect(report).toMatchObject({ problems: [], warnings: [] })
  })

  it('for all objects waives all', async () => {
    expect((await evaluate([waiver({ object: '*' })])).questions.map(({ verdict }) => verdict)).toEqual(['waived', 'waived'])
  })

  it('names an image by its repository', async () => {
    const images = [
      { reference: 'registry:5000/shop/web:1.0', digest: '', platforms: [] },
      { reference: 'registry:5000/shop/web-admin@sha256:0', digest: '', platforms: [] },
    ]
    const packs = [await pack({ looksAt: 'image', expression: 'false' })]
    const report = await evaluatePolicies(packs, subjects('', { objects: [], images }), [waiver({ object: 'registry:5000/shop/web' })])
    expect(report.questions.map(({ verdict }) => verdict)).toEqual(['waived', 'found'])
  })

  it.each([
    ['holds through its last day', Date.UTC(2026, 11, 31, 23, 59, 59, 999), 'waived'],
    ['ends with it', Date.UTC(2027, 0, 1), 'found'],
  ])('%s', async (_, now, verdict) => {
    expect((await evaluate([waiver({})], 'error', now)).questions[0]?.verdict).toBe(verdict)
  })

  it('that has ended waives nothing and is a problem where it stands', async () => {
    const report = await evaluate([waiver({ object: 'Service/web', expires: '2026-06-14' })])
    expect(report.questions.map(({ verdict }) => verdict)).toEqual(['found', 'found'])
    expect(report.problems).toMatchObject([
      {
        code: 'waiver-expired',
        summary: 'the waiver of team/rule-0 for Service/web ended on 2026-06-14',
        details: ['its reason was: known', 'Service/web: wrong is web'],
        location: { file: 'plan.yaml', line: 9 },
        exitCode: 65,
      },
    ])
  })

  it('that has ended is only a warning where its rule refuses nothing', async () => {
    const report = await evaluate([waiver({ expires: '2026-06-14' })], 'hint')
    expect([report.problems, report.warnings.map(({ code }) => code)]).toEqual([[], ['waiver-expired']])
  })

  it('with a date that is none waives nothing', async () => {
    expect((await evaluate([waiver({ expires: '2026-02-31x' })])).questions[0]?.verdict).toBe('found')
  })

  it('that has ended does not stand in the way of one that holds', async () => {
    const report = await evaluate([waiver({ expires: '2026-06-14' }), waiver({})])
    expect([report.questions[0]?.verdict, report.problems]).toEqual(['waived', []])
  })

  it.each([['meets nothing', { object: 'Service/shop' }, /waives nothing: the rule finds nothing wrong there/]])(
    'that %s is a warning',
    async (_, fields, summary) => {
      const report = await evaluate([waiver(fields)])
      expect(report.warnings).toMatchObject([{ code: 'waiver-unused', location: { line: 9 } }])
      expect(report.warnings[0]?.summary).toMatch(summary)
      expect(report.problems).toEqual([])
    },
  )

  it('that names no rule refuses the plan, and says what was meant', async () => {
    const { problems, warnings } = await evaluate([waiver({ rule: 'team/rule-00' })], 'hint')
    expect([problems, warnings]).toMatchObject([
      [
        {
          code: 'waiver-of-no-rule',
          summary: 'the waiver names the rule team/rule-00, which no pack of the plan has',
          next: ['did you mean `team/rule-0`?'],
          location: { line: 9 },
          exitCode: 65,
        },
      ],
      [],
    ])
  })

  it('that names no rule bars no run that has begun with it', async () => {
    const begun = subjects(OBJECTS, { standing: new Set(['deploy']) })
    const { problems, warnings } = await evaluatePolicies([await pack(rule)], begun, [waiver({ rule: 'other/thing' })])
    expect([problems, warnings.map(({ code }) => code)]).toEqual([[], ['waiver-of-no-rule']])
  })

  it('of a rule about images is not useless where nobody asked for images', async () => {
    const packs = [await pack({ looksAt: 'image', expression: 'false' })]
    expect((await evaluatePolicies(packs, subjects(OBJECTS), [waiver({})])).warnings).toEqual([])
  })

  it('of a rule without an answer is not useless, and waives no doubt', async () => {
    const report = await evaluatePolicies([await pack({ expression: 'object.nothing' })], subjects(OBJECTS), [waiver({})])
    expect([report.warnings, report.problems.map(({ code }) => code)]).toEqual([[], ['policy-cannot-be-asked']])
  })
})

describe('as problems', () => {
  it('each open finding is one, with its place, its reason and how to waive it', async () => {
    const { refused, warnings } = reportProblems(await evaluate([waiver({ object: 'Service/web' })]))
    expect(refused).toEqual([
      {
        code: 'policy-violation',
        summary: 'Service/api: wrong is api',
        details: ['team/rule-0: why'],
        next: [
          'fix',
          'or accept it for a time, in `policies.waivers`: `- { rule: team/rule-0, object: Service/api, reason: WHY, expires: YYYY-MM-DD }`',
        ],
        location: { file: 'shop.yaml', line: 2, column: 1 },
        effect: 'no',
        exitCode: 65,
      },
    ])
    expect(warnings).toEqual([])
  })

  it.each([
    ['warning', 'policy-warning'],
    ['hint', 'policy-hint'],
  ])('a %s refuses nothing', async (severity, code) => {
    const { refused, warnings } = reportProblems(await evaluate([], severity))
    expect([refused, warnings.map((problem) => [problem.code, problem.next.length])]).toEqual([
      [],
      [
        [code, 1],
        [code, 1],
      ],
    ])
  })
})
