import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { createFakeClock, createSelfAdvancingClock } from './clock.ts'

describe('fake clock', () => {
  it('stands still until it is advanced', async () => {
    const clock = createFakeClock(1_000)
    let woken = false
    const slept = clock.sleep(50).then(() => (woken = true))
    await clock.advance(49)
    expect([clock.now(), clock.monotonic(), woken, clock.sleeping]).toEqual([1_049, 49, false, 1])
    await clock.advance(1)
    await slept
    expect([clock.now(), woken, clock.sleeping]).toEqual([1_050, true, 0])
  })

  it('lets a sleeper sleep again within one advance, each time at its own moment', async () => {
    const clock = createFakeClock(0)
    const seen: number[] = []
    const loop = (async () => {
      for (let i = 0; i < 4; i++) {
        await clock.sleep(10)
        seen.push(clock.now())
      }
    })()
    await clock.advance(35)
    expect(seen).toEqual([10, 20, 30])
    await clock.advance(5)
    await loop
    expect(clock.now()).toBe(40)
  })

  it('rejects with the reason of an abort, before or while asleep, and forgets the sleeper', async () => {
    const clock = createFakeClock()
    const abort = new AbortController()
    const reason = new Error('now')
    const slept = clock.sleep(10, abort.signal)
    abort.abort(reason)
    await expect(slept).rejects.toBe(reason)
    await expect(clock.sleep(10, abort.signal)).rejects.toBe(reason)
    expect(clock.sleeping).toBe(0)
  })
})

/** A clock and what makes its time pass. */
const clocks = {
  'fake clock': () => {
    const clock = createFakeClock(0)
    return { clock, pass: () => clock.advance(50) }
  },
  'self-advancing clock': () => ({ clock: createSelfAdvancingClock(0), pass: () => Promise.resolve() }),
}

describe.each(Object.entries(clocks))('%s', (_name, create) => {
  it('wakes any sleepers in the order of their deadlines, each at its deadline', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 50 }), { maxLength: 12 }), async (naps) => {
        const { clock, pass } = create()
        const woken: number[] = []
        const all = Promise.all(
          naps.map(async (nap) => {
            await clock.sleep(nap)
            expect(clock.now()).toBe(nap)
            woken.push(nap)
          }),
        )
        await pass()
        await all
        expect(woken).toEqual(naps.toSorted((a, b) => a - b))
      }),
      { numRuns: 40 },
    )
  })
})

describe('self-advancing clock', () => {
  it('passes five minutes of looking once a second at once', async () => {
    const clock = createSelfAdvancingClock(0)
    let looks = 0
    while (clock.monotonic() < 300_000) {
      await clock.sleep(1_000)
      looks++
    }
    expect([looks, clock.now()]).toEqual([300, 300_000])
  })

  it('interleaves concurrent loops by time', async () => {
    const clock = createSelfAdvancingClock(0)
    const seen: string[] = []
    const loop = async (name: string, interval: number, times: number): Promise<void> => {
      for (let i = 0; i < times; i++) {
        await clock.sleep(interval)
        seen.push(`${name}${clock.now()}`)
      }
    }
    await Promise.all([loop('a', 30, 2), loop('b', 20, 4)])
    expect(seen).toEqual(['b20', 'a30', 'b40', 'a60', 'b60', 'b80'])
  })

  it('rejects on abort without time having to pass', async () => {
    const clock = createSelfAdvancingClock(0)
    const abort = new AbortController()
    const slept = clock.sleep(1_000, abort.signal)
    abort.abort(new Error('stop'))
    await expect(slept).rejects.toThrow('stop')
    expect(clock.now()).toBe(0)
  })
})
