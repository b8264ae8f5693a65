import type { Clock } from '../../../src/domain/ports/index.ts'

/** Time that passes only when somebody sleeps. */
export class FakeClock implements Clock {
  #at = 1_000_000

  now(): number {
    return this.#at
  }

  monotonic(): number {
    return this.#at
  }

  async sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted()
    await Promise.resolve()
    this.#at += milliseconds
  }
}
