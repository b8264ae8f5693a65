import fc from 'fast-check'
import { expect, it } from 'vitest'
import { evaluatePolicies } from '../../src/policies/evaluate.ts'
import { withoutNulls } from '../../src/policies/without-nulls.ts'
import { pack, subjects } from './subjects.ts'

it('a member that is null is not there, at any depth; members of lists stay', () => {
  const object = { spec: { replicas: null, args: [null, { a: null, b: 1 }] }, data: null, kind: 'Deployment' }
  expect(withoutNulls(object)).toEqual({ spec: { args: [null, { b: 1 }] }, kind: 'Deployment' })
})

it('what has no null is given back itself, and twice is as once', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const once = withoutNulls(value)
      expect(withoutNulls(once)).toBe(once)
    }),
  )
})

it('a rule finds a field that a template left empty to be missing, in one object and among all', async () => {
  const one = { kinds: ['Ingress'], expression: 'object.spec.?ingressClassName.hasValue()' }
  const among = { looksAt: 'objects', expression: 'objects.all(each, has(each.spec.ingressClassName))' }
  const empty = subjects('{ apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: { name: shop }, spec: { ingressClassName: } }')
  const { findings, problems } = await evaluatePolicies([await pack(one, among)], empty, [])
  expect(problems).toEqual([])
  expect(findings.map(({ rule }) => rule)).toEqual(['team/rule-0', 'team/rule-1'])
})
