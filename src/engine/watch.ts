import type { Observation } from '../domain/observation.ts'
import { inconclusive } from '../domain/observation.ts'
import { siteOf } from '../domain/plan.ts'
import type { Clock } from '../domain/ports/clock.ts'
import { toProblem } from '../domain/problem.ts'
import { judgeVisit } from '../domain/site.ts'
import type { Visiting } from '../domain/visit-site.ts'
import { askSite } from '../domain/visit-site.ts'
import type { WatchPolicy, WatchProgress } from '../domain/watch.ts'
import { advanceWatch, beginWatch, blindFor, isTripped } from '../domain/watch.ts'

/** What a watch says while it looks. */
export interface WatchListener {
  /** A wrong answer to a visitor. */
  readonly wrong: (reason: string) => void
  /** Nothing could be seen for so long; said once each time. */
  readonly blind: (ms: number, reason: string) => void
  readonly sees: (afterMs: number) => void
}

export interface Trip {
  readonly reason: string
  readonly evidence: readonly string[]
}

/** The tripwire at work, beside everything else that a run does. */
export interface Watch {
  readonly policy: WatchPolicy
  /** Aborts when the budget is crossed. */
  readonly crossed: AbortSignal
  /** Aborts a moment after that: an effect under way may come to its end first, so that nothing half-written is left. */
  readonly overdue: AbortSignal
  /** Undefined while within the budget. */
  trip(): Trip | undefined
  /** Stops looking; what was seen in all. */
  end(): Promise<WatchProgress>
}

/** How long an effect may go on once the budget is crossed, milliseconds. */
const GRACE_MS = 5_000
/** How long a watch may see nothing before it says so, milliseconds. */
const SILENCE_MS = 10_000

/** Begins to look. Goes on after it has tripped: how long visitors were answered wrongly is part of the report. */
export function startWatch(visiting: Omit<Visiting, 'signal'>, policy: WatchPolicy, listener: WatchListener): Watch {
  const { clock } = visiting.ports
  const ended = new AbortController()
  const crossed = new AbortController()
  const overdue = new AbortController()
  let progress = beginWatch(clock.now())
  let trip: Trip | undefined
  const looking = (async () => {
    const voice = speaker(policy, listener)
    while (!ended.signal.aborted) {
      const from = clock.now()
      const seen = await lookAsVisitor({ ...visiting, signal: ended.signal })
      if (ended.signal.aborted) break
      const to = clock.now()
      voice(progress, seen, from, to)
      progress = advanceWatch(policy, progress, seen, from, to)
      if (trip === undefined && isTripped(policy, progress)) {
        trip = tripOf(progress, clock.now())
        crossed.abort()
        void sleepQuietly(clock, GRACE_MS, ended.signal).then(() => overdue.abort())
      }
      await sleepQuietly(clock, Math.max(0, policy.interval - (to - from)), ended.signal)
    }
  })()
  return {
    policy,
    crossed: crossed.signal,
    overdue: overdue.signal,
    trip: () => trip,
    async end() {
      ended.abort()
      await looking
      return { ...progress, unseenMs: progress.unseenMs + blindFor(policy, progress, clock.now()) }
    },
  }
}

/**
 * One request as a visitor. A name that we cannot resolve, or a network that we have no way to, says nothing about visitors; everything
 * else that is not the site is what a visitor gets.
 */
async function lookAsVisitor(visiting: Visiting): Promise<Observation> {
  const { url, expect } = siteOf(visiting.plan)
  try {
    return judgeVisit(await askSite(visiting), expect, `a visitor of ${url}`)
  } catch (error) {
    return inconclusive(`${url} could not be asked: ${toProblem(error).summary}`)
  }
}

function speaker({ interval }: WatchPolicy, listener: WatchListener) {
  let silent = false
  return (progress: WatchProgress, seen: Observation, from: number, to: number): void => {
    if (seen.verdict === 'inconclusive') {
      if (silent || to - progress.seenAt < Math.max(SILENCE_MS, 2 * interval)) return
      silent = true
      listener.blind(to - progress.seenAt, seen.reason)
      return
    }
    if (silent) listener.sees(from - progress.seenAt)
    silent = false
    if (seen.verdict !== 'pass') listener.wrong(seen.reason)
  }
}

function tripOf({ recent }: WatchProgress, now: number): Trip {
  const first = recent[0]?.at ?? now
  const seconds = Math.max(1, Math.round((now - first) / 1_000))
  const evidence = recent.map(({ at, reason }) => `${new Date(at).toISOString().slice(11, 23)}Z ${reason}`)
  return { reason: `the watch saw ${recent.length} wrong answers to a visitor within ${seconds}s: ${recent.at(-1)?.reason}`, evidence }
}

const sleepQuietly = (clock: Clock, ms: number, signal: AbortSignal): Promise<void> => clock.sleep(ms, signal).catch(() => undefined)
