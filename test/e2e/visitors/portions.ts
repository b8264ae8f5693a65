import type { JournalEntry, JournalRecord } from '../../../src/domain/records.ts'
import type { Sample } from './sample.ts'
import type { Span } from './windows.ts'

/** A time in which the edge was seen to send a portion of the visitors to Kubernetes. */
export interface Portion extends Span {
  /** As the plan says it: `5%`, `failover`. */
  readonly name: string
}

/**
 * The portions that a journal tells of: each from the first good look at it to the intent to write the next one, or to take it back, of what the
 * journal holds. `sends`: the portion of each step that sends one.
 */
export function portionsIn(entries: readonly JournalEntry[], sends: ReadonlyMap<string, string>): readonly Portion[] {
  const end = (from: number): number =>
    (entries.find(({ at, record }) => at > from && record.type === 'intent' && sends.has(record.step)) ?? entries.at(-1))?.at ?? from
  return [...sends].flatMap(([step, name]) => {
    const from = entries.find(({ record }) => isSeen(record, step))?.at
    return from === undefined ? [] : [{ name, from, to: end(from) }]
  })
}

const isSeen = (record: JournalRecord, step: string): boolean =>
  (record.type === 'gate-progress' || record.type === 'gate-passed') &&
  record.step === step &&
  record.gate === 'own' &&
  record.progress.passed > 0

/** How many right answers visitors had in a portion, and how many of them were Kubernetes'. */
export interface Share {
  readonly name: string
  readonly answered: number
  readonly kubernetes: number
}

/**
 * Of requests that were sent and answered while the portion was: one that a busy edge answers a second later belongs to whatever is then. A WebSocket
 * stays with its server and says nothing of portions.
 */
export function sharesIn(samples: readonly Sample[], portions: readonly Portion[]): readonly Share[] {
  const asked = samples.filter(({ asked: what, side }) => what !== 'socket-echo' && side !== undefined)
  return portions.map(({ name, from, to }) => {
    const within = asked.filter(({ at, ms }) => from <= at && at + ms < to)
    return { name, answered: within.length, kubernetes: within.filter(({ side }) => side === 'kubernetes').length }
  })
}
