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
 * piece that is cut off in a slice is done again alone, with its whole time, before it is called slow. Between slices everybody else may work; who asks for the
 * same meanwhile (another plan) shares the slices.
 */
export async function withinLimits<Result>(works: Works<Result>, usual: number, budget: Budget): Promise<readonly Outcome<Result>[]> {
  const job = new Job(works, usual, budget)
  await new Promise<void>((resolve, reject) => {
    UNDER_WAY.set(job, { resolve, reject })
    if (UNDER_WAY.size === 1) void sliceBySlice()
  })
  return job.outcomes
}

/** Work that is not done yet, in the order in which it came, and who waits for it. */
const UNDER_WAY = new Map<Sliced, { readonly resolve: () => void; readonly reject: (reason: unknown) => void }>()

/** What a slice needs to know of the work it is about. */
interface Sliced {
  readonly usual: number
  readonly isMore: boolean
  /** Does pieces until that time (of `performance.now()`). */
  goOn(until: number): void
  /** Does the piece that has no outcome yet by itself. */
  goOnAlone(): Promise<void>
  /** Takes time of the processor from what is left, in milliseconds. */
  pay(milliseconds: number): void
}

async function sliceBySlice(): Promise<void> {
  while (UNDER_WAY.size > 0) {
    await setImmediate()
    const cutOff = slice([...UNDER_WAY.keys()])
    if (cutOff !== undefined) await cutOff.goOnAlone().catch((error: unknown) => end(cutOff, error))
    for (const job of UNDER_WAY.keys()) if (!job.isMore) end(job)
  }
}

function end(job: Sliced, ...errors: readonly unknown[]): void {
  const waiting = UNDER_WAY.get(job)
  UNDER_WAY.delete(job)
  if (errors.length > 0) waiting?.reject(errors[0])
  else waiting?.resolve()
}

/** One watchdog for all, as far as its time reaches. Gives the work that it cut off, if it did. */
function slice(jobs: readonly Sliced[]): Sliced | undefined {
  const usual = Math.min(...jobs.map((job) => job.usual))
  const begun: { readonly job: Sliced; readonly at: number }[] = []
  const processor = process.cpuUsage()
  const whole = underWatchdog(() => {
    const until = performance.now() + usual / 2
    for (const job of jobs) {
      const at = performance.now()
      if (at >= until) return
      begun.push({ job, at })
      try {
        job.goOn(until)
      } catch (error) {
        end(job, error)
      }
    }
  }, usual)
  share(begun, process.cpuUsage(processor))
  const last = begun.at(-1)?.job
  return !whole && last?.isMore === true && UNDER_WAY.has(last) ? last : undefined
}

/** Each pays for the part of the slice that it had. */
function share(begun: readonly { readonly job: Sliced; readonly at: number }[], { user, system }: NodeJS.CpuUsage): void {
  const [first] = begun
  if (first === undefined) return
  const now = performance.now()
  const took = Math.max(now - first.at, Number.EPSILON)
  for (const [index, { job, at }] of begun.entries()) job.pay((((begun[index + 1]?.at ?? now) - at) / took) * ((user + system) / 1000))
}

/** Where a busy machine gave it no processor for so long, it gets more time of the clock, never of the processor. */
const CLOCK_PER_PROCESSOR = [1, 3, 9]

class Job<Result> implements Sliced {
  readonly outcomes: Outcome<Result>[] = []
  readonly usual: number
  readonly #slow = new Set<unknown>()
  readonly #works: Works<Result>
  readonly #budget: Budget

  constructor(works: Works<Result>, usual: number, budget: Budget) {
    this.#works = works
    this.usual = usual
    this.#budget = budget
  }

  get isMore(): boolean {
    return this.outcomes.length < this.#works.count(this.outcomes)
  }

  goOn(until: number): void {
    for (; this.isMore && performance.now() < until;) {
      const piece = this.outcomes.length
      const skip = this.#budget.left <= 0 || (this.#slow.size > 0 && this.#slow.has(this.#works.family(piece)))
      this.outcomes.push(skip ? SKIPPED : this.#works.run(piece))
    }
  }

  async goOnAlone(): Promise<void> {
    const piece = this.outcomes.length
    const outcome = await this.#alone(piece)
    if (outcome === CUT) this.#slow.add(this.#works.family(piece))
    this.outcomes.push(outcome)
  }

  pay(milliseconds: number): void {
    this.#budget.left -= milliseconds
  }

  async #alone(piece: number): Promise<Outcome<Result>> {
    const limit = this.#works.limit(piece)
    for (const times of CLOCK_PER_PROCESSOR) {
      if (this.#budget.left <= 0) return SKIPPED
      const run = await this.#works.afresh(piece)
      const before = process.cpuUsage()
      let outcome: Outcome<Result> = CUT
      const whole = underWatchdog(() => void (outcome = run()), limit * times)
      const { user, system } = process.cpuUsage(before)
      const took = (user + system) / 1000
      this.pay(took)
      if (whole) return outcome
      if (took >= limit * 0.9) return CUT
    }
    return CUT
  }
}
