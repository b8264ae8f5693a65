import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { EdgeTraffic, ServiceTraffic } from '../../../src/domain/ports/edge-traffic.ts'
import { failuresIn, increase, plus, requestsIn, withoutOwn } from '../../../src/gates/canary-analysis/counters.ts'

const BOUNDS = [0.1, 0.3, 1.2, 5, Infinity]
interface Answer {
  readonly status: number
  readonly seconds: number
}
const counted = (answers: readonly Answer[]): ServiceTraffic => ({
  byStatus: new Map(
    [...new Set(answers.map(({ status }) => status))].map((status) => [status, answers.filter((each) => each.status === status).length]),
  ),
  latency: BOUNDS.map((seconds) => ({ seconds, count: answers.filter((each) => each.seconds <= seconds).length })),
})
const trafficOf = (services: Readonly<Record<string, readonly Answer[]>>): EdgeTraffic => ({
  services: new Map(Object.entries(services).flatMap(([name, answers]) => (answers.length === 0 ? [] : [[name, counted(answers)]]))),
})
const sorted = ({ byStatus, latency }: ServiceTraffic) => ({
  byStatus: [...byStatus].filter(([, count]) => count > 0).toSorted(([a], [b]) => a - b),
  latency: latency.filter(({ count }) => count > 0),
})
const answers = fc.array(fc.record({ status: fc.constantFrom(200, 404, 499, 500, 503), seconds: fc.constantFrom(0.01, 0.2, 1, 3, 9) }), {
  maxLength: 20,
})

describe('the increase of counters', () => {
  test('is what was answered in between, over all services of the side and no other', () => {
    fc.assert(
      fc.property(answers, answers, answers, answers, (a0, a1, b1, other) => {
        const before = trafficOf({ a: a0 })
        const now = trafficOf({ a: [...a0, ...a1], b: b1, other })
        const found = increase(before, now, ['a', 'b'])
        expect(found.restarted).toEqual([])
        expect(sorted(found.traffic)).toEqual(sorted(counted([...a1, ...b1])))
      }),
    )
  })

  test('in steps is the same as in one, restarts of Traefik left aside', () => {
    fc.assert(
      fc.property(answers, answers, answers, (first, second, third) => {
        const [t0, t1, t2] = [first, [...first, ...second], [...first, ...second, ...third]].map((each) => trafficOf({ a: each }))
        if (t0 === undefined || t1 === undefined || t2 === undefined) throw new Error('three looks')
        const steps = plus(increase(t0, t1, ['a']).traffic, increase(t1, t2, ['a']).traffic)
        expect(sorted(steps)).toEqual(sorted(increase(t0, t2, ['a']).traffic))
      }),
    )
  })

  test('is never below 0; after a restart what is there now counts, and it is said', () => {
    fc.assert(
      fc.property(answers, answers, (before, after) => {
        const found = increase(trafficOf({ a: before }), trafficOf({ a: after }), ['a'])
        expect([...found.traffic.byStatus.values()].every((count) => count >= 0)).toBe(true)
        expect(found.traffic.latency.every(({ count }) => count >= 0)).toBe(true)
        if (found.restarted.length > 0) expect(sorted(found.traffic)).toEqual(sorted(counted(after)))
        if (after.length < before.length) expect(found.restarted).toEqual(['a'])
      }),
    )
  })

  test('a service that is gone and comes back began again', () => {
    const ten = Array.from({ length: 10 }, () => ({ status: 200, seconds: 0.01 }))
    const gone = increase(trafficOf({ a: ten }), trafficOf({}), ['a'])
    expect(gone).toMatchObject({ restarted: ['a'] })
    expect(requestsIn(gone.traffic)).toBe(0)
    expect(requestsIn(increase(trafficOf({}), trafficOf({ a: ten }), ['a']).traffic)).toBe(10)
  })
})

describe('visitors', () => {
  test('are all but our own, whom Traefik measured a little faster than we did', () => {
    fc.assert(
      fc.property(answers, answers, (own, visitors) => {
        const slower = own.map(({ status, seconds }) => ({ status, seconds: seconds * 1.5 }))
        const found = withoutOwn(counted([...own, ...visitors]), slower)
        expect(requestsIn(found)).toBe(visitors.length)
        expect(failuresIn(found)).toBe(visitors.filter(({ status }) => status >= 500).length)
        for (const { seconds, count } of found.latency) {
          expect(count).toBeGreaterThanOrEqual(visitors.filter((each) => each.seconds <= seconds).length)
          expect(count).toBeLessThanOrEqual(visitors.length)
        }
      }),
    )
  })

  test('of whom fewer were counted than we made requests are nobody', () => {
    const own = [{ status: 200, seconds: 0.01 }]
    expect(requestsIn(withoutOwn(counted([]), own))).toBe(0)
    expect(sorted(withoutOwn(counted(own), [...own, ...own])).byStatus).toEqual([])
  })
})
