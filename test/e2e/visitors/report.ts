import type { Recorded, Sample, Side } from './sample.ts'
import { samplesOf } from './sample.ts'
import type { Span, Window } from './windows.ts'
import { windowOf } from './windows.ts'

/** Latencies in milliseconds, of answers that were right and that no server was asked to delay; undefined without any. */
export interface WindowReport {
  readonly sent: number
  readonly p50?: number
  readonly p99?: number
}

/** What visitors saw. */
export interface Report {
  readonly sent: number
  readonly failed: number
  readonly wrong: number
  readonly socketsLost: number
  readonly windows: Readonly<Record<Window, WindowReport>>
  readonly sides: readonly Stretch[]
  /** From the first moment at which a request was seen not to be answered right, to the last at which such a one was sent. */
  readonly trouble?: Span
  /** Some of what was not right. */
  readonly examples: readonly string[]
}

const EXAMPLES = 5

/** `moves`: when visitors were being moved from one side to the other. */
export function report(recorded: readonly Recorded[], moves: readonly Span[]): Report {
  const samples = [...samplesOf(recorded)].sort((a, b) => a.at - b.at)
  const notRight = samples.filter(({ verdict }) => verdict !== 'right')
  const trouble = { from: Math.min(...notRight.map(({ at, ms }) => at + ms)), to: Math.max(...notRight.map(({ at }) => at)) }
  const count = (verdict: Sample['verdict']): number => samples.filter((each) => each.verdict === verdict).length
  const window = (name: Window): WindowReport => windowReport(samples.filter(({ at }) => windowOf(at, moves) === name))
  return {
    sent: samples.length,
    failed: count('failed'),
    wrong: count('wrong'),
    socketsLost: recorded.length - samples.length,
    windows: { before: window('before'), during: window('during'), after: window('after') },
    sides: sidesOverTime(samples),
    ...(notRight.length === 0 ? {} : { trouble }),
    examples: notRight
      .slice(0, EXAMPLES)
      .map(({ at, asked, connection, why }) => `${new Date(at).toISOString()} ${asked} (${connection}): ${why}`),
  }
}

const isOrdinary = ({ asked, verdict }: Sample): boolean => verdict === 'right' && (asked === 'get' || asked === 'post')

function windowReport(samples: readonly Sample[]): WindowReport {
  const latencies = samples.filter(isOrdinary).map(({ ms }) => ms)
  const [p50, p99] = [percentile(latencies, 50), percentile(latencies, 99)]
  return { sent: samples.length, ...(p50 === undefined || p99 === undefined ? {} : { p50, p99 }) }
}

/** The smallest of the values that at least `percent` in a hundred of them do not exceed (nearest rank). */
export function percentile(values: readonly number[], percent: number): number | undefined {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.max(Math.ceil((percent / 100) * sorted.length), 1) - 1]
}

/** A time in which the same side (or both) answered requests, by when these were sent. */
export interface Stretch {
  readonly by: Side | 'both' | 'nobody'
  readonly forMs: number
}

const SLICE_MS = 100

/** Who answered new requests, in slices of 100 ms; a WebSocket stays with its server and says nothing of that. */
export function sidesOverTime(samples: readonly Sample[]): readonly Stretch[] {
  const asked = samples.filter((sample) => sample.asked !== 'socket-echo')
  const begin = asked[0]?.at
  if (begin === undefined) return []
  const slices = new Map<number, Set<Side>>()
  for (const { at, side } of asked) {
    const slice = Math.floor((at - begin) / SLICE_MS)
    const sides = slices.get(slice) ?? new Set()
    if (side !== undefined) sides.add(side)
    slices.set(slice, sides)
  }
  const stretches: Stretch[] = []
  for (const [, sides] of [...slices].sort(([a], [b]) => a - b)) {
    const by = sides.size > 1 ? 'both' : ([...sides][0] ?? 'nobody')
    const last = stretches.at(-1)
    if (last?.by === by) stretches[stretches.length - 1] = { by, forMs: last.forMs + SLICE_MS }
    else stretches.push({ by, forMs: SLICE_MS })
  }
  return stretches
}
