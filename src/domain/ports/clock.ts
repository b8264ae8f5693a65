/** Time, given from outside, so that a five-minute soak is a millisecond in a test. */
export interface Clock {
  /** Wall clock, milliseconds since the epoch: for records and people. */
  now(): number
  /** Never goes backwards, milliseconds from an arbitrary start: for measuring. It stands still while the machine sleeps or not; `now` tells. */
  monotonic(): number
  /** Resolves after `milliseconds`, or rejects with the signal's reason as soon as it aborts. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>
}
