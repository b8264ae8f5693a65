import { describe, expect, it } from 'vitest'
import { selects } from '../../../src/policies/functions/selectors.ts'
import { object } from './objects.ts'

const LABELS = { app: 'shop', tier: 'web' }

describe('selects', () => {
  it.each([
    ['{ app: shop }', true],
    ['{ app: shop, tier: api }', false],
    ['{}', true],
    ['{ matchLabels: { app: shop } }', true],
    ['{ matchLabels: { app: other } }', false],
    ['{ matchExpressions: [{ key: tier, operator: In, values: [web, api] }] }', true],
    ['{ matchExpressions: [{ key: tier, operator: In, values: [api] }] }', false],
    ['{ matchExpressions: [{ key: none, operator: In, values: [api] }] }', false],
    ['{ matchExpressions: [{ key: tier, operator: NotIn, values: [api] }] }', true],
    ['{ matchExpressions: [{ key: none, operator: NotIn, values: [api] }] }', true],
    ['{ matchExpressions: [{ key: tier, operator: NotIn, values: [web] }] }', false],
    ['{ matchExpressions: [{ key: tier, operator: Exists }] }', true],
    ['{ matchExpressions: [{ key: none, operator: Exists }] }', false],
    ['{ matchExpressions: [{ key: none, operator: DoesNotExist }] }', true],
    ['{ matchExpressions: [{ key: tier, operator: DoesNotExist }] }', false],
    ['{ matchExpressions: [{ key: tier, operator: Like, values: [web] }] }', false],
    ['{ matchLabels: { app: shop }, matchExpressions: [{ key: tier, operator: Exists }] }', true],
    ['{ matchLabels: { app: other }, matchExpressions: [{ key: tier, operator: Exists }] }', false],
    ['null', false],
    ['text', false],
  ])('%s: %s', (selector, selected) => {
    expect(selects(object(selector), LABELS)).toBe(selected)
  })
})
