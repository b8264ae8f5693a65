import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { exactQuantile, histogramQuantile } from '../../../src/gates/canary-analysis/quantile.ts'

const BOUNDS = [0.1, 0.3, 1.2, 5, Infinity]
const bucketsOf = (values: readonly number[]) =>
  BOUNDS.map((seconds) => ({ seconds, count: values.filter((value) => value <= seconds).length }))
const times = fc.array(fc.double({ min: 0.001, max: 10, noNaN: true }), { minLength: 1, maxLength: 200 })
const quantiles = fc.double({ min: 0.01, max: 1, noNaN: true })

describe('the quantile of a histogram', () => {
  test.each([
    // Prometheus: histogram_quantile(0.95, …) of 30 requests in the first bucket, 0.1 × 28.5 / 30.
    [[30, 30, 30, 30, 30], { about: 0.095, from: 0, to: 0.1 }],
    // Rank 95 of 100: 5 of the 10 that lie between 0.1 and 0.3.
    [[90, 100, 100, 100, 100], { about: 0.2, from: 0.1, to: 0.3 }],
    [[94, 94, 100, 100, 100], { about: 0.3 + 0.9 / 6, from: 0.3, to: 1.2 }],
    // Beyond the last bound that bound is given.
    [[0, 0, 0, 0, 10], { about: 5, from: 5, to: Infinity }],
    // Counts that fall, as two scrapes may give them, are taken as equal.
    [[100, 90, 100, 100, 100], { about: 0.095, from: 0, to: 0.1 }],
  ])('of %j', (counts, expected) => {
    const found = histogramQuantile(
      0.95,
      counts.map((count, index) => ({ seconds: BOUNDS[index] ?? Infinity, count })),
    )
    expect(found?.about).toBeCloseTo(expected.about, 9)
    expect(found).toMatchObject({ from: expected.from, to: expected.to })
  })

  test('of nothing is nothing', () => {
    expect(histogramQuantile(0.95, [])).toBeUndefined()
    expect(histogramQuantile(0.95, bucketsOf([]))).toBeUndefined()
  })

  test('the guess never leaves its bucket by rounding', () => {
    const found = histogramQuantile(1, bucketsOf([0.001, 0.001, 0.001]))
    expect(found?.about).toBeLessThanOrEqual(found?.to ?? Number.NaN)
  })

  test('the true one lies within its bounds', () => {
    fc.assert(
      fc.property(times, quantiles, (values, quantile) => {
        const found = histogramQuantile(quantile, bucketsOf(values))
        const exact = exactQuantile(quantile, values) ?? Number.NaN
        expect(found).toBeDefined()
        expect(exact).toBeGreaterThan(found?.from ?? Number.NaN)
        expect(exact).toBeLessThanOrEqual(found?.to ?? Number.NaN)
        expect(found?.about).toBeGreaterThanOrEqual(found?.from ?? Number.NaN)
        expect(found?.about).toBeLessThanOrEqual(found?.to ?? Number.NaN)
      }),
    )
  })
})

test('the exact quantile is one of the values, and so many do not exceed it', () => {
  expect(exactQuantile(0.95, [])).toBeUndefined()
  expect(
    exactQuantile(
      0.95,
      Array.from({ length: 100 }, (_, index) => 100 - index),
    ),
  ).toBe(95)
  fc.assert(
    fc.property(times, quantiles, (values, quantile) => {
      const found = exactQuantile(quantile, values) ?? Number.NaN
      expect(values).toContain(found)
      expect(values.filter((value) => value <= found).length).toBeGreaterThanOrEqual(quantile * values.length)
      expect(values.filter((value) => value < found).length).toBeLessThan(quantile * values.length)
    }),
  )
})
