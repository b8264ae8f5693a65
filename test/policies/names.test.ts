import { describe, expect, it } from 'vitest'
import { policyJUnit } from '../../src/cli/render/policies/junit.ts'
import { evaluatePolicies } from '../../src/policies/evaluate.ts'
import { pack, subjects, waiver } from './subjects.ts'

const TWINS = `
{ apiVersion: v1, kind: Service, metadata: { name: web, namespace: blue } }
---
{ apiVersion: v1, kind: Service, metadata: { name: web, namespace: green } }
---
{ apiVersion: v1, kind: Service, metadata: { name: api, namespace: green } }
`
const WRONG = { expression: "object.metadata.?namespace.orValue('') != 'green'" }
const IN_ALL = {
  looksAt: 'objects',
  each: "objects.map(o, {'object': nameOf(o), 'path': 'spec', 'wrong': o.metadata.namespace == 'green'})",
  expression: '!it.wrong',
}

const asked = async (rule: Readonly<Record<string, unknown>>, object?: string) => {
  const packs = [await pack(rule)]
  const report = await evaluatePolicies(packs, subjects(TWINS), object === undefined ? [] : [waiver({ object })])
  return { packs, report }
}

describe.each([
  ['about each object', WRONG],
  ['about all at once', IN_ALL],
])('namesakes in two namespaces, by a rule %s', (_, rule) => {
  it('are told apart, each with its own file', async () => {
    const { report, packs } = await asked(rule)
    expect(report.findings.map(({ object, source }) => [object, source?.line])).toEqual([
      ['Service/green/web', 2],
      ['Service/api', 3],
    ])
    expect(report.questions.map(({ object, verdict }) => `${object} ${verdict}`)).toEqual([
      'Service/blue/web passed',
      'Service/green/web found',
      'Service/api found',
    ])
    expect(policyJUnit([{ plan: 'p', packs, report }])).toContain('tests="3" failures="2"')
  })

  it.each([
    ['Service/green/web', ['Service/green/web']],
    ['Service/blue/web', []],
    ['Service/web', []],
    ['Service/api', ['Service/api']],
    ['Service/green/api', ['Service/api']],
    ['*', ['Service/green/web', 'Service/api']],
  ])('a waiver for %s waives what it names alone', async (object, waived) => {
    const { report } = await asked(rule, object)
    expect(report.findings.flatMap((each) => (each.waiver ? [each.object] : []))).toEqual(waived)
  })

  it('a waiver whose name both have is asked for the namespace', async () => {
    expect((await asked(rule, 'Service/web')).report.warnings).toMatchObject([
      { code: 'waiver-ambiguous', next: ['name one with its namespace: Service/blue/web, Service/green/web'] },
    ])
  })
})

it('an object that two steps send is one, and nobody says in which file a rule about all of them found it wrong', async () => {
  const twice = subjects(TWINS.split('---')[1] ?? '')
  const objects = [
    ...twice.objects,
    ...twice.objects.map((each) => ({ ...each, step: 'again', source: { file: 'b.yaml', line: 1, column: 1 } })),
  ]
  const { findings } = await evaluatePolicies([await pack(IN_ALL)], { ...twice, objects }, [])
  expect(findings.map(({ object, source }) => [object, source])).toEqual([
    ['Service/web', undefined],
    ['Service/web', undefined],
  ])
})
