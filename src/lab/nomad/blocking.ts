import { parseDuration } from '../../domain/duration.ts'
import type { Clock } from '../../domain/ports/clock.ts'
import type { LabRequest, LabResponse } from '../contract.ts'
import { queryHeaders, refused } from './answers.ts'
import type { Look } from './reads.ts'

const DEFAULT_WAIT_MS = 300_000
const LONGEST_WAIT_MS = 600_000
/** A fault may begin while a query waits. */
const LOOK_AGAIN_MS = 500

/** What a waiting query needs of the server around it. */
export interface Surroundings {
  readonly clock: Clock
  /** When the world changes by itself next. */
  readonly nextDue: () => number | undefined
  /** Aborts at the next change that somebody makes. */
  readonly nextChange: () => AbortSignal
  readonly gone: () => boolean
  /** Lets everything happen that was due by now. */
  readonly catchUp: () => void
}

/** Answers at once, or with `?index=` once the look's index has passed it, or when `?wait=` is over. */
export async function answerQuery(request: LabRequest, look: () => Look, around: Surroundings): Promise<LabResponse | 'drop'> {
  const index = request.query.get('index') ?? '0'
  if (!/^\d+$/.test(index)) return refused(400, 'Invalid index')
  const wait = parseDuration(request.query.get('wait') ?? '0s')
  if (wait === undefined) return refused(400, 'Invalid wait time')
  const deadline = around.clock.monotonic() + Math.min(wait === 0 ? DEFAULT_WAIT_MS : wait, LONGEST_WAIT_MS)
  for (;;) {
    if (around.gone() || request.signal.aborted) return 'drop'
    around.catchUp()
    const seen = look()
    const left = deadline - around.clock.monotonic()
    if (index === '0' || seen.index > Number(index) || left <= 0) return answerOf(seen)
    await pause(around, Math.min(left, LOOK_AGAIN_MS), request.signal)
  }
}

async function pause({ clock, nextDue, nextChange }: Surroundings, longest: number, client: AbortSignal): Promise<void> {
  const due = nextDue()
  const until = due === undefined ? longest : Math.min(longest, Math.max(1, due - clock.now()))
  const woken = AbortSignal.any([client, nextChange()])
  try {
    await clock.sleep(until, woken)
  } catch (error) {
    if (!woken.aborted) throw error
  }
}

function answerOf({ index, body, absent }: Look): LabResponse {
  if (absent !== undefined) return refused(404, absent, queryHeaders(index))
  return { status: 200, headers: { 'content-type': 'application/json', ...queryHeaders(index) }, body: JSON.stringify(body) }
}
