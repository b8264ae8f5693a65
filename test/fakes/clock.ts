import type { Clock } from '../../src/domain/ports/clock.ts'

export interface FakeClock extends Clock {
  /**
   * Moves time forward; sleepers wake in the order of their deadlines, each seeing the time it asked for, and what they do then
   * (sleeping again included) happens before later sleepers wake.
   */
  advance(milliseconds: number): Promise<void>
  /** How many are asleep. */
  readonly sleeping: number
}

interface Sleeper {
  readonly until: number
  readonly wake: () => void
}

/** 2026-01-01T00:00:00Z: a start that prints well. */
export const FAKE_START = Date.UTC(2026, 0, 1)

/** Time that stands still until a test moves it. `now` and `monotonic` move together; the latter starts at 0. */
export function createFakeClock(startMs: number = FAKE_START): FakeClock {
  const { clock, bed, moveTo } = createBed(startMs)
  return {
    ...clock,
    get sleeping() {
      return bed.length
    },
    async advance(milliseconds) {
      const goal = clock.monotonic() + milliseconds
      await settled()
      for (let next = bed[0]; next !== undefined && next.until <= goal; next = bed[0]) {
        moveTo(next.until)
        bed.shift()
        next.wake()
        await settled()
      }
      moveTo(goal)
      await settled()
    },
  }
}

/**
 * Time that jumps to the next deadline as soon as nobody has anything left to do but sleep: a soak of five minutes passes at once, and
 * concurrent sleepers wake in the order of their deadlines. Real input and output under way is given a turn of the event loop, not waited for.
 */
export function createSelfAdvancingClock(startMs: number = FAKE_START): Clock {
  const { clock, bed, moveTo } = createBed(startMs)
  let jumping = false

  async function jump(): Promise<void> {
    if (jumping) return
    jumping = true
    await settled()
    for (let next = bed.shift(); next !== undefined; next = bed.shift()) {
      moveTo(next.until)
      next.wake()
      await settled()
    }
    jumping = false
  }

  return {
    ...clock,
    sleep: (milliseconds, signal) => {
      const slept = clock.sleep(milliseconds, signal)
      void jump()
      return slept
    },
  }
}

/** The sleepers in the order of their deadlines (first come, first woken among equals), and the time. */
function createBed(startMs: number): { readonly clock: Clock; readonly bed: Sleeper[]; readonly moveTo: (elapsed: number) => void } {
  const bed: Sleeper[] = []
  let elapsed = 0

  const sleep = (milliseconds: number, signal?: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      if (signal?.aborted === true) return reject(asError(signal.reason))
      const onAbort = (): void => {
        bed.splice(bed.indexOf(sleeper), 1)
        reject(asError(signal?.reason))
      }
      const sleeper: Sleeper = {
        until: elapsed + Math.max(0, milliseconds),
        wake: () => {
          signal?.removeEventListener('abort', onAbort)
          resolve()
        },
      }
      const later = bed.findIndex((each) => each.until > sleeper.until)
      bed.splice(later === -1 ? bed.length : later, 0, sleeper)
      signal?.addEventListener('abort', onAbort, { once: true })
    })

  return {
    clock: { now: () => startMs + elapsed, monotonic: () => elapsed, sleep },
    bed,
    moveTo: (to) => {
      elapsed = Math.max(elapsed, to)
    },
  }
}

/** An abort reason is handed on as it is, whatever it is. */
const asError = (reason: unknown): Error => reason as Error

/** Lets everything that can go on without time go on: all microtasks, and what they queue for the next turns of the loop. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 2; turn++) await new Promise<void>((resolve) => setImmediate(resolve))
}
