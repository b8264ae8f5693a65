import type { Entry } from './entry.ts'

/** What the narrator remembers between events, so that it says a thing once. */
export interface Memory {
  /** The step at work, and its `[3/6] `. */
  readonly step: string
  readonly place: string
  /** The last thing said about the current gate or progress, without its numbers. */
  readonly said: string
  /** When something was last said, milliseconds since the epoch. */
  readonly saidAt: number
}

export const NOTHING_SAID: Memory = { step: '', place: '', said: '', saidAt: 0 }

/** `[3/6] ` before the name of the step at work; nothing before another's. */
export const placeOf = (memory: Memory, step: string): string => (memory.step === step ? memory.place : '')

export interface Told {
  readonly entries: readonly Entry[]
  readonly memory?: Partial<Memory>
}
