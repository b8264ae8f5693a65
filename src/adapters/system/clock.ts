import type { Clock } from '../../domain/ports/clock.ts'

/** `setTimeout` takes a signed 32-bit number of milliseconds and fires at once beyond it. */
const LONGEST_TIMER = 2 ** 31 - 1

/** The machine's own time. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  sleep: async (milliseconds, signal) => {
    const until = performance.now() + milliseconds
    do await nap(Math.min(until - performance.now(), LONGEST_TIMER), signal)
    while (performance.now() < until)
  },
}

function nap(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => {
      clearTimeout(timer)
      // An abort reason is handed on as it is, whatever it is.
      reject(signal?.reason as Error)
    }
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', onAbort)
      resolve()
    }, milliseconds)
    if (signal?.aborted === true) onAbort()
    else signal?.addEventListener('abort', onAbort, { once: true })
  })
}
