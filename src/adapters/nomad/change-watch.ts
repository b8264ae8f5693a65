import type { Clock } from '../../domain/ports/clock.ts'
import { ProblemError } from '../../domain/problem.ts'
import type { JsonResponse } from '../http/json-client.ts'
import type { NomadApi } from './api.ts'

/** The server cuts a wait at 10 minutes; ours stays at its default of 5 and a caller asks again. */
const LONGEST_WAIT_MS = 300_000
/** The server adds up to a sixteenth to every wait, so that not all clients come back at once. */
const GRACE_MS = 30_000
/** How long to stay away from a server that does not answer. */
const PAUSE_MS = 1_000

/** Remembers at which index each job's allocations were last seen, and waits for a later one. */
export interface ChangeWatch {
  saw(job: string, response: JsonResponse): void
  /** Resolves when something may have changed, after `waitMs` at the latest; a server that cannot be asked counts as "may have". */
  wait(job: string, waitMs: number, signal: AbortSignal | undefined): Promise<void>
}

/** `path`: where the allocations of a job are. */
export function createChangeWatch(api: NomadApi, clock: Clock, path: (job: string) => string): ChangeWatch {
  const seen = new Map<string, number>()

  /** An index that went backwards (a restored server) says nothing about ours: begin anew (facts: Nomad 7). */
  function saw(job: string, response: JsonResponse): void {
    const index = Number(response.headers['x-nomad-index'])
    const before = seen.get(job)
    if (!Number.isInteger(index) || index < 1 || (before !== undefined && index < before)) seen.delete(job)
    else seen.set(job, index)
  }

  async function look(job: string, waitMs: number, index: number | undefined, signal: AbortSignal | undefined): Promise<JsonResponse> {
    return api.ask('GET', path(job), {
      what: `watch the allocations of job ${job}`,
      capability: 'read-job',
      ...(index !== undefined && { query: { index, wait: `${Math.ceil(waitMs)}ms` } }),
      ...(index !== undefined && { timeoutMs: waitMs + waitMs / 16 + GRACE_MS }),
      ...(signal !== undefined && { signal }),
    })
  }

  return {
    saw,
    async wait(job, waitMs, signal) {
      const limit = Math.min(waitMs, LONGEST_WAIT_MS)
      try {
        if (!seen.has(job)) saw(job, await look(job, 0, undefined, signal))
        const index = seen.get(job)
        if (index === undefined) await clock.sleep(Math.min(limit, PAUSE_MS), signal)
        else saw(job, await look(job, limit, index, signal))
      } catch (error) {
        signal?.throwIfAborted()
        if (!(error instanceof ProblemError)) throw error
        seen.delete(job)
        await clock.sleep(Math.min(limit, PAUSE_MS), signal)
      }
    },
  }
}
