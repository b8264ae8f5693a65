import type { JournalEntry } from '../../../src/domain/records.ts'

/** A span of time, milliseconds since the epoch, both ends included. */
export interface Span {
  readonly from: number
  readonly to: number
}

/**
 * When visitors were being moved, there or back: from the intent of a step that moves them to the moment it was verified, of what the journal
 * holds. A process that was killed in between does not end it; a move whose end nobody saw lasts to the last record.
 */
export const movesIn = (entries: readonly JournalEntry[], steps: readonly string[]): readonly Span[] =>
  steps.flatMap((step) => movesOf(entries, step))

function movesOf(entries: readonly JournalEntry[], step: string): readonly Span[] {
  const moves: Span[] = []
  let from: number | undefined
  for (const { at, record } of entries) {
    if (!('step' in record) || record.step !== step) continue
    if (record.type === 'intent') from ??= at
    const verified = (record.type === 'gate-passed' && record.gate === 'own') || record.type === 'step-undone'
    if (!verified || from === undefined) continue
    moves.push({ from, to: at })
    from = undefined
  }
  const last = entries.at(-1)
  return from === undefined || last === undefined ? moves : [...moves, { from, to: last.at }]
}

export type Window = 'before' | 'during' | 'after'

/** Where a moment lies: `after` is also the time between two moves; without a move everything is `before`. */
export function windowOf(at: number, moves: readonly Span[]): Window {
  if (moves.some(({ from, to }) => from <= at && at <= to)) return 'during'
  return moves.some(({ to }) => to < at) ? 'after' : 'before'
}
