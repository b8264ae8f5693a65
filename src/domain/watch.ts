import { formatDuration } from './duration.ts'
import type { Observation } from './observation.ts'

/** The tripwire of a plan: how often the site is asked during a whole run, and what it may get wrong. Milliseconds. */
export interface WatchPolicy {
  readonly interval: number
  /** Wrong answers that are tolerated within `within`. */
  readonly failureThreshold: number
  readonly within: number
}

export const DEFAULT_WATCH: WatchPolicy = { interval: 1_000, failureThreshold: 2, within: 30_000 }

/** What a watch has seen. Times are the wall clock's, milliseconds since the epoch: a sleeping laptop saw nothing, and it counts. */
export interface WatchProgress {
  /** Looks that saw an answer, or that there is none for a visitor. */
  readonly looks: number
  readonly wrong: number
  /** Time of which nothing is known, up to `seenAt`: looks that could not see, and gaps between looks. */
  readonly unseenMs: number
  /** When a look last saw something; at the beginning, when the watch began. */
  readonly seenAt: number
  /** The wrong answers that still count. */
  readonly recent: readonly { readonly at: number; readonly reason: string }[]
}

export const beginWatch = (now: number): WatchProgress => ({ looks: 0, wrong: 0, unseenMs: 0, seenAt: now, recent: [] })

/** Pure. The progress after a look that took from `from` to `to`. What could not be seen is neither right nor wrong. */
export function advanceWatch(
  policy: WatchPolicy,
  before: WatchProgress,
  { verdict, reason }: Observation,
  from: number,
  to: number,
): WatchProgress {
  const recent = before.recent.filter(({ at }) => at > to - policy.within)
  if (verdict === 'inconclusive') return { ...before, recent }
  return {
    looks: before.looks + 1,
    wrong: before.wrong + (verdict === 'pass' ? 0 : 1),
    unseenMs: before.unseenMs + blindFor(policy, before, from),
    seenAt: to,
    recent: verdict === 'pass' ? recent : [...recent, { at: to, reason }],
  }
}

/** How long nothing has been seen, milliseconds; 0 while looks come as they should. */
export function blindFor({ interval }: WatchPolicy, { seenAt }: WatchProgress, now: number): number {
  const gap = now - seenAt
  return gap > 2 * interval ? gap : 0
}

export const isTripped = ({ failureThreshold }: WatchPolicy, { recent }: WatchProgress): boolean => recent.length > failureThreshold

export const watchText = ({ interval, failureThreshold, within }: WatchPolicy): string =>
  `the site every ${formatDuration(interval)}; more than ${failureThreshold} wrong ${failureThreshold === 1 ? 'answer' : 'answers'} within ${formatDuration(within)} roll back`
