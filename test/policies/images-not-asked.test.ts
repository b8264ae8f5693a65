import { expect, it } from 'vitest'
import { policyJUnit } from '../../src/cli/render/policies/junit.ts'
import { policySarif } from '../../src/cli/render/policies/sarif.ts'
import { evaluatePolicies } from '../../src/policies/evaluate.ts'
import { pack, subjects } from './subjects.ts'

const PODS = `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec: { template: { spec: { initContainers: [{ name: seed, image: 'seed:1' }], containers: [{ name: app, image: 'web:1' }] } } }
`
const RULES = [
  { looksAt: 'image', expression: 'true' },
  { looksAt: 'image', expression: 'true' },
]
const SERVICE = '{ apiVersion: v1, kind: Service, metadata: { name: web } }'

it('what no registry was asked about is said once, and its rules have no answer', async () => {
  const report = await evaluatePolicies([await pack(...RULES)], subjects(PODS), [])
  expect(report.warnings).toMatchObject([
    {
      code: 'images-not-asked',
      summary: 'no registry was asked about 2 images: seed:1, web:1',
      details: ['2 rules about images have no answer'],
    },
  ])
  expect(report.problems).toEqual([])
  expect(report.questions.map(({ rule, object, verdict, unasked }) => [rule, object, verdict, unasked])).toEqual([
    ['team/rule-0', 'Plan/shop', 'inconclusive', true],
    ['team/rule-1', 'Plan/shop', 'inconclusive', true],
  ])
})

it('is skipped as inconclusive in JUnit, and a notification in SARIF', async () => {
  const packs = [await pack(...RULES)]
  const report = await evaluatePolicies(packs, subjects(PODS), [])
  const xml = policyJUnit([{ plan: 'shop.yaml', packs, report }])
  expect(xml).toContain('tests="2" failures="0" errors="0" skipped="2"')
  expect(xml).toContain('<skipped message="inconclusive: no registry was asked about 2 images: seed:1, web:1"/>')
  const log = JSON.stringify(policySarif([{ plan: 'shop.yaml', packs, report }], '1.0.0'))
  expect(log).toContain('"descriptor":{"id":"images-not-asked"},"level":"warning"')
})

it.each([
  ['a registry was asked', RULES, PODS, { images: [] }],
  ['there is no image', RULES, SERVICE, {}],
  ['no rule is about images', [{ expression: 'true' }], PODS, {}],
])('says nothing where %s', async (_, rules, objects, more) => {
  const report = await evaluatePolicies([await pack(...rules)], subjects(objects, more), [])
  expect(report.warnings).toEqual([])
})
