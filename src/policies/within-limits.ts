import { setImmediate } from 'node:timers/promises'
import { underWatchdog } from './watchdog.ts'

/** Many pieces of work, by their number. A piece may be done twice, and gives the same both times. */
export interface Works<Result> {
  /** How many there are, as far as one can say once these are done: what comes out of pieces may be work too. */
  readonly count: (outcomes: readonly Outcome<Result>[]) => number
  readonly run: (piece: number) => Result
  /** The same, with nothing left over from a run that was cut off. */
  readonly afresh: (piece: number) => Promise<() => Result>
  /** What pieces have in common: where one of them was cut off, the others are not begun. */
  readonly family: (piece: number) => unknown
  /** Milliseconds of the processor that it may take. */
  readonly limit: (piece: number) => number
}

/** `cut`: it took longer than it may. `skipped`: one of its family was cut, or the time for all is spent. */
export const CUT = Symbol('cut')
export const SKIPPED = Symbol('skipped')
export type Outcome<Result> = Result | typeof CUT | typeof SKIPPED

/** Time of the processor that is left for all work, in milliseconds. */
export interface Budget {
  left: number
}

/**
 * Does all the work, each piece within its time. A watchdog a piece would cost more than the work: pieces run in slices under one, of `usual` milliseconds, and a
 * piece that is cut off in a slice is done again alone, with its whole time, before it is called slow. Between slices everybody else may work.
 */
export async function withinLimits<Result>(works: Works<Result>, usual: number, budget: Budget): Promise<readonly Outcome<Result>[]> {
  const outcomes: Outcome<Result>[] = []
  const slow = new Set<unknown>()
  const isMore = (): boolean => outcomes.length < works.count(outcomes)
  while (isMore()) {
    const whole = metered(budget, () => slice(works, outcomes, slow, usual, budget))
    if (!whole && isMore()) {
      const piece = outcomes.length
      const outcome = await alone(works, piece, budget)
      if (outcome === CUT) slow.add(works.family(piece))
      outcomes.push(outcome)
    }
    if (isMore()) await setImmediate()
  }
  return outcomes
}

/** False: cut off while it was busy with the piece that has no outcome yet. */
function slice<Result>(
  works: Works<Result>,
  outcomes: Outcome<Result>[],
  slow: ReadonlySet<unknown>,
  usual: number,
  budget: Budget,
): boolean {
  const end = performance.now() + usual / 2
  return underWatchdog(() => {
    for (let piece = outcomes.length; piece < works.count(outcomes) && performance.now() < end; piece++) {
      const skip = budget.left <= 0 || (slow.size > 0 && slow.has(works.family(piece)))
      outcomes.push(skip ? SKIPPED : works.run(piece))
    }
  }, usual)
}

/** Where a busy machine gave it no processor for so long, it gets more time of the clock, never of the processor. */
const CLOCK_PER_PROCESSOR = [1, 3, 9]

async function alone<Result>(works: Works<Result>, piece: number, budget: Budget): Promise<Outcome<Result>> {
  const limit = works.limit(piece)
  for (const times of CLOCK_PER_PROCESSOR) {
    if (budget.left <= 0) return SKIPPED
    const run = await works.afresh(piece)
    const before = budget.left
    let outcome: Outcome<Result> = CUT
    const whole = metered(budget, () => underWatchdog(() => void (outcome = run()), limit * times))
    if (whole) return outcome
    if (before - budget.left >= limit * 0.9) return CUT
  }
  return CUT
}

function metered<Result>(budget: Budget, work: () => Result): Result {
  const before = process.cpuUsage()
  try {
    return work()
  } finally {
    const { user, system } = process.cpuUsage(before)
    budget.left -= (user + system) / 1000
  }
}
