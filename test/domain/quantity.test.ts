import { expect, test } from 'vitest'
import { parseQuantity } from '../../src/domain/quantity.ts'

test.each([
  ['100m', 0.1],
  ['128Mi', 134_217_728],
  ['1.5Gi', 1_610_612_736],
  ['2', 2],
  [2, 2],
  ['1e3', 1_000],
  ['1E', 1e18],
  ['.5', 0.5],
  ['5k', 5_000],
])('%s is %d', (text, number) => expect(parseQuantity(text)).toBeCloseTo(number))

test.each(['', 'Mi', '1 Gi', '1KB', 'one', '1mi', Number.NaN])('%s is no quantity', (text) => expect(parseQuantity(text)).toBeUndefined())
