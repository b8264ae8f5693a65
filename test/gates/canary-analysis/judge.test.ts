import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Gathered } from '../../../src/gates/canary-analysis/judge.ts'
import { judge } from '../../../src/gates/canary-analysis/judge.ts'
import type { Estimate } from '../../../src/gates/canary-analysis/quantile.ts'
import type { OwnRequest, Pair, Sample } from '../../../src/gates/canary-analysis/sample.ts'

const LIMITS = { samples: 30, errorRate: 0.01, slower: 2 }
const within = (from: number, to: number, about = (from + to) / 2): Estimate => ({ about, from, to })
const FAST = within(0, 0.1, 0.095)

const right = (seconds = 0.012): OwnRequest => ({ path: '/', status: 200, seconds, wrong: [] })
const wrong: OwnRequest = { path: '/', status: 502, seconds: 0.01, wrong: ['status 502, expected 200'] }
const times = <Value>(count: number, value: Value): readonly Value[] => Array.from({ length: count }, () => value)
const pairs = (count: number, pair: Pair = { old: right(), new: right() }): readonly Pair[] => times(count, pair)
const sample = (requests: number, failed = 0, p95: Estimate | undefined = FAST): Sample => ({ requests, failed, p95 })
const OFF = { uncounted: "Traefik's metrics are off" }
const verdictOf = (gathered: Partial<Gathered>, limits: Partial<typeof LIMITS> = {}) =>
  judge({ pairs: [], visitors: OFF, notes: [], ...gathered }, { ...LIMITS, ...limits })

describe('enough', () => {
  test('visitors on each side decide, and it says on what', () => {
    const seen = verdictOf({ pairs: pairs(1), visitors: { old: sample(3_120), new: sample(164) } })
    expect(seen).toMatchObject({
      verdict: 'pass',
      reason: 'visitors: 3,120 on the old side (0.0% failed, p95 at most 100 ms), 164 on the new (0.0% failed, p95 at most 100 ms)',
    })
  })

  test('of our own decide where too few visitors came, or nobody counts them', () => {
    expect(verdictOf({ pairs: pairs(30), visitors: { old: sample(3), new: sample(0, 0, undefined) } })).toMatchObject({
      verdict: 'pass',
      reason:
        'too few visitors (3 and 0): judged on our own paired requests: 30 on the old side (0.0% failed, p95 12 ms), 30 on the new (0.0% failed, p95 12 ms)',
    })
    expect(verdictOf({ pairs: pairs(30) })).toMatchObject({
      verdict: 'pass',
      reason: expect.stringMatching(/^Traefik's metrics are off: judged on our own/),
    })
  })

  test('are there not yet: how many, and no verdict', () => {
    expect(verdictOf({ pairs: pairs(12), visitors: { old: sample(29), new: sample(400) } })).toMatchObject({
      verdict: 'inconclusive',
      reason: expect.stringMatching(/^12 of 30 samples on each side, our own paired requests; visitors: 29 on the old side/),
      tooLittle: 'too few samples: 12 of 30 on each side',
    })
    expect(verdictOf({})).toMatchObject({ verdict: 'inconclusive' })
  })

  test('what must be known of the counting stands with the verdict', () => {
    expect(verdictOf({ pairs: pairs(30), notes: ['the counters began again'] })).toMatchObject({
      reason: expect.stringContaining('the counters began again'),
    })
  })
})

describe('failures', () => {
  test('of the new side fail at once where good ones to come cannot help', () => {
    expect(verdictOf({ pairs: pairs(1, { old: right(), new: wrong }) })).toMatchObject({
      verdict: 'fail',
      side: 'new',
      reason: expect.stringContaining('the new side failed 1 of 1 (100.0%), the old one 0 of 1 (0.0%)'),
      evidence: expect.arrayContaining(['new side, /: status 502, expected 200']),
    })
    const lenient = { errorRate: 0.05 }
    expect(verdictOf({ pairs: [...pairs(1, { old: right(), new: wrong }), ...pairs(3)] }, lenient)).toMatchObject({
      verdict: 'inconclusive',
    })
    expect(verdictOf({ pairs: [...pairs(1, { old: right(), new: wrong }), ...pairs(29)] }, lenient)).toMatchObject({ verdict: 'pass' })
  })

  test('of visitors on the new side fail it as soon as the old side is known', () => {
    const visitors = (old: number, failed: number) => ({ old: sample(old), new: sample(4, failed) })
    expect(verdictOf({ pairs: pairs(2), visitors: visitors(30, 1) })).toMatchObject({ verdict: 'fail', side: 'new' })
    expect(verdictOf({ pairs: pairs(2), visitors: visitors(5, 1) })).toMatchObject({ verdict: 'inconclusive' })
    expect(verdictOf({ pairs: pairs(30), visitors: visitors(5, 1) })).toMatchObject({
      verdict: 'inconclusive',
      reason: expect.stringContaining('too few came to be sure'),
    })
  })

  test('that the old side has as well are not the new one’s', () => {
    expect(verdictOf({ pairs: pairs(1), visitors: { old: sample(1_000, 50), new: sample(100, 6) } })).toMatchObject({ verdict: 'pass' })
    expect(verdictOf({ pairs: pairs(1), visitors: { old: sample(1_000, 50), new: sample(100, 7) } })).toMatchObject({ verdict: 'fail' })
  })

  test('of both sides alike never pass, whatever visitors had', () => {
    const broken = pairs(30, { old: wrong, new: wrong })
    const visitors = { old: sample(100, 100), new: sample(100, 100) }
    expect(verdictOf({ pairs: broken, visitors })).toMatchObject({ verdict: 'pending', side: 'old', visitorSawIt: true })
    const mended = verdictOf({ pairs: [...broken, ...pairs(30)] })
    expect(mended).toMatchObject({ verdict: 'pending', side: 'old', reason: expect.stringContaining('30 of 60') })
    expect(mended).not.toHaveProperty('visitorSawIt')
  })

  test('of our own requests stop what visitors would let pass', () => {
    const visitors = { old: sample(1_000), new: sample(1_000) }
    expect(verdictOf({ pairs: [...pairs(3), { old: right(), new: wrong }], visitors })).toMatchObject({ verdict: 'fail', side: 'new' })
  })
})

describe('times', () => {
  const slow = (seconds: number) => pairs(30, { old: right(0.04), new: right(seconds) })

  test('of our own are compared as they are; what nobody notices is not held against it', () => {
    expect(verdictOf({ pairs: slow(0.089) })).toMatchObject({ verdict: 'pass' })
    expect(verdictOf({ pairs: slow(0.091) })).toMatchObject({
      verdict: 'fail',
      side: 'new',
      reason: expect.stringContaining('p95 91 ms against 40 ms'),
    })
    expect(verdictOf({ pairs: slow(0.091) }, { slower: 3 })).toMatchObject({ verdict: 'pass' })
  })

  test('of visitors fail where the buckets prove it', () => {
    const visitors = { old: sample(100), new: sample(100, 0, within(0.3, 1.2)) }
    expect(verdictOf({ pairs: pairs(1), visitors })).toMatchObject({
      verdict: 'fail',
      side: 'new',
      reason: expect.stringContaining('p95 300 to 1200 ms against at most 100 ms'.replace('1200', '1,200')),
    })
  })

  test('of visitors that the buckets cannot tell apart are told by our own', () => {
    const visitors = { old: sample(100), new: sample(100, 0, within(0.1, 0.3, 0.29)) }
    expect(verdictOf({ pairs: pairs(5), visitors })).toMatchObject({
      verdict: 'inconclusive',
      reason: expect.stringContaining('too coarse'),
    })
    expect(verdictOf({ pairs: pairs(30), visitors })).toMatchObject({ verdict: 'pass', reason: expect.stringContaining('too coarse') })
    expect(verdictOf({ pairs: slow(0.2), visitors })).toMatchObject({ verdict: 'fail', side: 'new' })
  })
})

test('a look that could not count the visitors passes nothing, but fails what is seen to fail', () => {
  expect(verdictOf({ pairs: pairs(30), unseen: 'no answer' })).toMatchObject({ verdict: 'inconclusive', reason: 'no answer' })
  expect(verdictOf({ pairs: pairs(30, { old: right(), new: wrong }), unseen: 'no answer' })).toMatchObject({ verdict: 'fail' })
})

describe('whatever was gathered', () => {
  const request = fc.oneof({ weight: 12, arbitrary: fc.constant(right()) }, { weight: 1, arbitrary: fc.constant(wrong) })
  const somePairs = fc.array(fc.record({ old: request, new: request }), { maxLength: 40 })
  const someSample = fc
    .tuple(fc.nat({ max: 200 }), fc.nat({ max: 6 }))
    .map(([requests, failed]) => sample(requests, Math.min(requests, failed), requests === 0 ? undefined : FAST))
  const someVisitors = fc.oneof(fc.constant(OFF), fc.record({ old: someSample, new: someSample }))
  const someLimits = fc.record({ samples: fc.integer({ min: 1, max: 30 }), errorRate: fc.constantFrom(0, 0.01, 0.05, 0.2) })
  const rate = ({ requests, failed }: { readonly requests: number; readonly failed: number }) => (requests === 0 ? 0 : failed / requests)
  const ownOf = (made: readonly Pair[], side: 'old' | 'new') => ({
    requests: made.length,
    failed: made.filter((pair) => pair[side].wrong.length > 0).length,
  })

  test('nothing passes on fewer samples than asked for, nor while the new side fails more often than it may, nor while the old side is broken', () => {
    fc.assert(
      fc.property(somePairs, someVisitors, someLimits, (made, visitors, limits) => {
        if (verdictOf({ pairs: made, visitors }, limits).verdict !== 'pass') return
        const own = { old: ownOf(made, 'old'), new: ownOf(made, 'new') }
        const both = 'uncounted' in visitors ? [own] : [own, visitors]
        expect(both.some(({ old, new: fresh }) => Math.min(old.requests, fresh.requests) >= limits.samples)).toBe(true)
        for (const [index, { old, new: fresh }] of both.entries()) {
          if (index === 1 || fresh.requests >= limits.samples) expect(rate(fresh)).toBeLessThanOrEqual(rate(old) + limits.errorRate + 1e-9)
        }
        expect(made.at(-1)?.old.wrong ?? []).toEqual([])
      }),
      { numRuns: 200 },
    )
  })

  test('the new side is failed only for failing more often than it may', () => {
    fc.assert(
      fc.property(somePairs, someVisitors, someLimits, (made, visitors, limits) => {
        if (verdictOf({ pairs: made, visitors }, limits).verdict !== 'fail') return
        const both = [{ old: ownOf(made, 'old'), new: ownOf(made, 'new') }, ...('uncounted' in visitors ? [] : [visitors])]
        expect(both.some(({ old, new: fresh }) => rate(fresh) > rate(old) + limits.errorRate)).toBe(true)
      }),
      { numRuns: 200 },
    )
  })

  test('sides that answer alike are never told apart', () => {
    fc.assert(
      fc.property(fc.array(request, { maxLength: 40 }), someSample, someLimits, (made, both, limits) => {
        const same = made.map((each) => ({ old: each, new: each }))
        expect(verdictOf({ pairs: same, visitors: { old: both, new: both } }, limits).verdict).not.toBe('fail')
      }),
    )
  })
})
