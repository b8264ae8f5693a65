import { expect, it } from 'vitest'
import { policyJson } from '../../../../src/cli/render/policies/json.ts'
import { POLICIES } from './reports.ts'

it('says what was found and what has no answer, and counts what passed', () => {
  const json = policyJson(POLICIES)
  expect(JSON.parse(JSON.stringify(json))).toEqual(json)
  expect(json).toMatchObject({
    plan: 'plans/shop.yaml',
    findings: [{ rule: 'workloads/limits-set' }, {}, { waiver: { expires: '2027-06-30' } }],
    asked: { 'workloads/limits-set': 2, 'team/idle': 0 },
    inconclusive: [{ rule: 'team/mine', object: 'Service/web', reason: 'No such key: x' }],
    problems: [{ code: 'policy-cannot-be-asked' }],
    warnings: [{ code: 'waiver-unused' }],
  })
})
