import { expect, it } from 'vitest'
import { createPage } from '../../../../src/cli/render/page.ts'
import { policyLines } from '../../../../src/cli/render/policies/text.ts'
import { displayWidth } from '../../../../src/cli/render/width.ts'
import { NOTHING, POLICIES } from './reports.ts'

const page = (width: number) => createPage({ width, colour: false })

it('tells by object what is wrong, where, why and what to do; what is waived in a line', () => {
  expect(policyLines(page(Infinity), POLICIES)).toEqual([
    'Deployment/web',
    '  error container "web" sets <no> memory & cpu limit',
    '    at fixtures/my shop/web.yaml:12:3, spec.template.spec.containers[0].resources',
    '    workloads/limits-set: why of workloads/limits-set',
    '    → fix of workloads/limits-set',
    '  hint something is wrong',
    '    at fixtures/my shop/web.yaml:12:3',
    '    workloads/read-only-root: why of workloads/read-only-root',
    '    → fix of workloads/read-only-root',
    '  waived workloads/no-latest-tag: something is wrong (until 2027-06-30: built on the node)',
    '',
    'error[policy-cannot-be-asked] rule team/mine cannot be asked about Service/web: No such key: x',
    '  at policies/team.yaml:5:11',
    '  → correct the rule',
    '',
    'warning[waiver-unused] the waiver waives nothing',
    '  → remove it',
    '',
    '1 error, 1 hint, 1 waived, 1 question without an answer. 5 rules: 4 asked 5 times, 1 found nothing to look at.',
  ])
})

it('never calls it well where nothing was asked', () => {
  expect(policyLines(page(Infinity), NOTHING)).toEqual(['Nothing was asked. 1 rule: 0 asked 0 times, 1 found nothing to look at.'])
  const asked = { ...NOTHING, report: { ...NOTHING.report, asked: { 'team/mine': 3 } } }
  expect(policyLines(page(Infinity), asked)).toEqual(['Nothing found. 1 rule: 1 asked 3 times.'])
})

it('fits the page', () => {
  for (const line of policyLines(page(60), POLICIES)) expect(displayWidth(line), line).toBeLessThanOrEqual(60)
})
