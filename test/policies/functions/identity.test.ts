import { expect, it } from 'vitest'
import { isBuiltIn, nameOf, namespaceOf } from '../../../src/policies/functions/identity.ts'

it.each([
  ['v1', true],
  ['apps/v1', true],
  ['networking.k8s.io/v1', true],
  ['autoscaling.k8s.io/v1', true],
  ['argoproj.io/v1alpha1', false],
  ['notk8s.io/v1', false],
])('%s is a kind that every cluster has: %s', (apiVersion, builtIn) => expect(isBuiltIn({ apiVersion })).toBe(builtIn))

it('names an object by kind and name, in its own namespace or the plan’s', () => {
  expect(nameOf({ kind: 'Service', metadata: { name: 'shop' } })).toBe('Service/shop')
  expect(namespaceOf({ metadata: { namespace: 'other' } }, 'shop')).toBe('other')
  expect(namespaceOf({ metadata: {} }, 'shop')).toBe('shop')
})
