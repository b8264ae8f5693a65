import { describe, expect, it, vi } from 'vitest'

import { systemClock } from '../../../src/adapters/system/clock.ts'

describe('system clock', () => {
  it('sleeps at least as long as asked, and not at all for nothing', async () => {
    const before = systemClock.monotonic()
    await systemClock.sleep(20)
    expect(systemClock.monotonic() - before).toBeGreaterThanOrEqual(20)
    await systemClock.sleep(0)
    await systemClock.sleep(-5)
  })

  it('tells the time of day', () => {
    expect(Math.abs(systemClock.now() - Date.now())).toBeLessThan(1_000)
  })

  it('rejects with the reason of an abort, before or while asleep', async () => {
    const abort = new AbortController()
    const reason = new Error('now')
    const slept = systemClock.sleep(60_000, abort.signal)
    setImmediate(() => abort.abort(reason))
    await expect(slept).rejects.toBe(reason)
    await expect(systemClock.sleep(60_000, abort.signal)).rejects.toBe(reason)
  })

  it('sleeps for longer than a timer can, in naps that a timer can', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
    const asked = vi.spyOn(globalThis, 'setTimeout')
    let ended = false
    const slept = systemClock.sleep(40 * 86_400_000).then(() => (ended = true))
    await vi.advanceTimersByTimeAsync(39 * 86_400_000)
    expect(ended).toBe(false)
    await vi.advanceTimersByTimeAsync(86_400_000)
    await slept
    expect(asked.mock.calls.map(([, delay]) => delay)).toEqual([2_147_483_647, 40 * 86_400_000 - 2_147_483_647])
    vi.restoreAllMocks()
    vi.useRealTimers()
  })
})
