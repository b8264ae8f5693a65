import type { Asked } from './sample.ts'

/** A load that would disturb what it looks at is refused. */
export const MOST_PER_SECOND = 500
/** After a moment in which this process did not run, what is due goes out in portions. */
const MOST_AT_ONCE = 20

export interface Load {
  readonly perSecond: number
  /** Ends by itself after this many seconds, and this many requests. */
  readonly seconds: number
  readonly requests: number
}

export function checked(load: Load): Load {
  const { perSecond, seconds, requests } = load
  if (!(perSecond > 0 && perSecond <= MOST_PER_SECOND))
    throw new Error(`${perSecond} requests a second: 1 to ${MOST_PER_SECOND} are possible`)
  if (!(seconds > 0 && requests > 0)) throw new Error(`visitors need an end: ${seconds} s, ${requests} requests`)
  return load
}

/** How many requests go out now: those whose time has come and that were not sent. The servers' pace has no say in it. */
export function dueNow({ perSecond, requests }: Load, elapsedMs: number, sent: number): number {
  const due = Math.min(Math.floor((elapsedMs / 1000) * perSecond), requests) - sent
  return Math.min(Math.max(due, 0), MOST_AT_ONCE)
}

/** Whole milliseconds until the next request's time has come; 0 where it has. */
export const untilDue = ({ perSecond }: Load, elapsedMs: number, sent: number): number =>
  Math.max(Math.ceil(((sent + 1) / perSecond) * 1000 - elapsedMs), 0)

export const isOver = ({ seconds, requests }: Load, elapsedMs: number, sent: number): boolean =>
  elapsedMs >= seconds * 1000 || sent >= requests

/** One thing that a visitor does on a connection. */
export interface Visit {
  readonly asked: Extract<Asked, 'get' | 'post' | 'slow'>
  readonly connection: 'kept' | 'new'
}

/** Of 50: 29 GET and 10 POST on kept connections, 5 of each on a new one, and one that its server takes a while to answer. */
export function nextVisit(number: number): Visit {
  if (number % 50 === 25) return { asked: 'slow', connection: 'kept' }
  const place = number % 10
  const asked = place === 3 || place === 7 || place === 9 ? 'post' : 'get'
  return { asked, connection: place >= 8 ? 'new' : 'kept' }
}
