import type { Agent } from 'undici'
import { request } from 'undici'
import type { Judgement } from './judge.ts'
import { judge } from './judge.ts'
import type { Sample } from './sample.ts'
import type { Visit } from './schedule.ts'

/** How long the server is asked to take for a slow answer. */
const SLOW_MS = 300
const PATHS = { get: '/', post: '/', slow: `/slow?ms=${SLOW_MS}` } as const

export interface Agents {
  /** Keeps connections for the next request. */
  readonly kept: Agent
  /** Each request on a connection of its own. */
  readonly fresh: Agent
}

/** Asks once and says what came of it; never rejects. `number` makes what is posted unlike anything posted before. */
export async function ask({ kept, fresh }: Agents, site: string, { asked, connection }: Visit, number: number): Promise<Sample> {
  const at = Date.now()
  const began = performance.now()
  const posted = asked === 'post' ? `visit ${number}` : undefined
  const judged = await answer(
    `https://${site}${PATHS[asked]}`,
    connection === 'new' ? { dispatcher: fresh, reset: true } : { dispatcher: kept },
    posted,
  )
  return { type: 'sample', at, ms: round(performance.now() - began), asked, connection, ...judged }
}

/** Milliseconds, to a hundredth. */
export const round = (ms: number): number => Math.round(ms * 100) / 100

async function answer(
  url: string,
  how: { readonly dispatcher: Agent; readonly reset?: boolean },
  posted: string | undefined,
): Promise<Judgement & { readonly status: number }> {
  try {
    const response = await request(url, posted === undefined ? how : { ...how, method: 'POST', body: posted })
    const body = await response.body.text()
    return { status: response.statusCode, ...judge({ status: response.statusCode, body, ...(posted === undefined ? {} : { posted }) }) }
  } catch (error) {
    return { status: 0, verdict: 'failed', why: reasonOf(error) }
  }
}

export const reasonOf = (error: unknown): string => (error instanceof Error ? `${error.name}: ${error.message}` : String(error))
