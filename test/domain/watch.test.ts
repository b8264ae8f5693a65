import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Observation } from '../../src/domain/observation.ts'
import { inconclusive, pass, pending } from '../../src/domain/observation.ts'
import type { WatchProgress } from '../../src/domain/watch.ts'
import { advanceWatch, beginWatch, blindFor, DEFAULT_WATCH, isTripped } from '../../src/domain/watch.ts'

const POLICY = { interval: 1_000, failureThreshold: 2, within: 10_000 }
const LOOKS: Readonly<Record<string, Observation>> = { '.': pass('ok'), x: pending('wrong'), '?': inconclusive('no network') }

/** One look a second, each taking no time: `.` right, `x` wrong, `?` not seen. */
function watched(looks: string): { readonly progress: WatchProgress; readonly tripped: boolean } {
  let tripped = false
  const progress = looks.split('').reduce((before, sign, second) => {
    const at = (second + 1) * 1_000
    const after = advanceWatch(POLICY, before, LOOKS[sign] ?? pass(''), at, at)
    tripped ||= isTripped(POLICY, after)
    return after
  }, beginWatch(0))
  return { progress, tripped }
}

describe('a watch', () => {
  it.each([
    ['.....x....x....', false],
    ['xx', false],
    ['xxx', true],
    ['x.x.x', true],
    ['x....x....x', false],
    ['?????????', false],
    ['x?x?x', true],
  ])('of %s trips: %s', (looks, expected) => {
    expect(watched(looks).tripped).toBe(expected)
  })

  it('counts as unseen what it did not see, also when nobody looked', () => {
    expect(watched('.....').progress.unseenMs).toBe(0)
    const { progress } = watched('.?????.')
    expect(progress).toMatchObject({ looks: 2, wrong: 0, unseenMs: 6_000 })
    const slept = advanceWatch(POLICY, progress, pass('ok'), 60_000, 60_010)
    expect(slept.unseenMs).toBe(6_000 + 53_000)
    expect(blindFor(POLICY, slept, 61_500)).toBe(0)
    expect(blindFor(POLICY, slept, 70_000)).toBe(9_990)
  })

  it('never trips on what it tolerates, and always on one more within the time', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('.', 'x', '?'), { maxLength: 60 }), (signs) => {
        const most = Math.max(
          0,
          ...signs.map((_sign, end) => signs.slice(Math.max(0, end - 9), end + 1).filter((each) => each === 'x').length),
        )
        expect(watched(signs.join('')).tripped).toBe(most > POLICY.failureThreshold)
      }),
    )
  })

  it('has defaults that can trip', () => {
    expect(DEFAULT_WATCH.within / DEFAULT_WATCH.interval).toBeGreaterThan(DEFAULT_WATCH.failureThreshold)
  })
})
