import { describe, expect, it } from 'vitest'
import { selectorText } from '../../../src/adapters/kubernetes/selector.ts'

describe('selectorText', () => {
  it('says labels and expressions as the query does', () => {
    const matchExpressions = [
      { key: 'tier', operator: 'In', values: ['a', 'b'] },
      { key: 'env', operator: 'NotIn', values: ['test'] },
      { key: 'live', operator: 'Exists' },
      { key: 'canary', operator: 'DoesNotExist' },
    ]
    expect(selectorText({ matchLabels: { app: 'web' }, matchExpressions })).toBe('app=web,tier in (a,b),env notin (test),live,!canary')
  })

  it('selects nothing where nothing is asked for, never everything', () => {
    expect(selectorText(undefined)).toBeUndefined()
    expect(selectorText({ matchLabels: {} })).toBeUndefined()
  })
})
