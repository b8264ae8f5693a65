import { NEW_BODY, OLD_BODY } from '../world/bodies.ts'
import type { Side, Verdict } from './sample.ts'

export interface Answer {
  readonly status: number
  readonly body: string
  /** What was sent along, and must come back after the site's own text. */
  readonly posted?: string
}

export interface Judgement {
  readonly verdict: Verdict
  readonly side?: Side
  readonly why?: string
}

const SIDES: readonly (readonly [Side, string])[] = [
  ['nomad', OLD_BODY],
  ['kubernetes', NEW_BODY],
]
const SHOWN = 120

/** Whether it is to the byte what one of the sides says. */
export function judge({ status, body, posted }: Answer): Judgement {
  if (status !== 200) return { verdict: 'failed', why: `${status}: ${body.slice(0, SHOWN)}` }
  const side = sideOf(posted === undefined ? body : withoutPosted(body, posted))
  return side === undefined ? { verdict: 'wrong', why: body.slice(0, SHOWN) } : { verdict: 'right', side }
}

/** The side that says exactly this. */
export const sideOf = (text: string): Side | undefined => SIDES.find(([, says]) => says === text)?.[0]

const withoutPosted = (body: string, posted: string): string => (body.endsWith(`\n${posted}`) ? body.slice(0, -posted.length - 1) : '')
