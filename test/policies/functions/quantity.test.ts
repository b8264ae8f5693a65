import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isQuantity, quantity, sizeInBytes } from '../../../src/policies/functions/quantity.ts'

describe('quantity', () => {
  it.each([
    ['100m', 0.1],
    ['128Mi', 134_217_728],
    ['1Gi', 1_073_741_824],
    ['1.5', 1.5],
    ['.5', 0.5],
    ['1k', 1000],
    ['2M', 2_000_000],
    ['1e3', 1000],
    ['1E3', 1000],
    ['1E', 1e18],
    ['250u', 0.00025],
    ['-1', -1],
    [4, 4],
  ])('%s is %d', (text, value) => {
    expect(quantity(text)).toBeCloseTo(value, 12)
    expect(isQuantity(text)).toBe(true)
  })

  it.each(['', '128MB', '1 Gi', 'a lot', '1Gii', 'Mi', '1e', null, true, undefined])('refuses %s', (text) => {
    expect(() => quantity(text)).toThrow('is not a quantity')
    expect(isQuantity(text)).toBe(false)
  })

  it('a thousand of a suffix is one of the next', () => {
    const steps = [
      ['m', ''],
      ['', 'k'],
      ['k', 'M'],
      ['M', 'G'],
    ] as const
    fc.assert(
      fc.property(fc.constantFrom(...steps), fc.integer({ min: 1, max: 10_000 }), ([small, large], n) => {
        expect(quantity(`${n * 1000}${small}`)).toBeCloseTo(quantity(`${n}${large}`), 6)
      }),
    )
  })
})

describe('sizeInBytes', () => {
  it.each([
    ['300MB', 300_000_000],
    ['200 MiB', 209_715_200],
    ['1.5GB', 1_500_000_000],
    ['2kB', 2000],
    ['64Mi', 67_108_864],
    ['1000', 1000],
    [12, 12],
  ])('%s is %d', (text, value) => expect(sizeInBytes(text)).toBe(value))

  it('refuses what is no size', () => expect(() => sizeInBytes('large')).toThrow('is not a quantity'))
})
