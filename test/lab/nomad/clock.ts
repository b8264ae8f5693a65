import type { Clock } from '../../../src/domain/ports/clock.ts'

/** Time that stands still until somebody sleeps or moves it; a sleep is over at once. */
export function skippingClock(start = Date.UTC(2026, 10, 21)): Clock & { advance(milliseconds: number): void; readonly slept: number[] } {
  let elapsed = 0
  const slept: number[] = []
  return {
    slept,
    now: () => start + elapsed,
    monotonic: () => elapsed,
    advance: (milliseconds) => {
      elapsed += milliseconds
    },
    sleep: async (milliseconds, signal) => {
      signal?.throwIfAborted()
      slept.push(milliseconds)
      elapsed += milliseconds
      await Promise.resolve()
    },
  }
}
