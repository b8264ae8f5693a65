import { formatDuration } from '../../domain/duration.ts'
import type { Event } from '../../domain/event.ts'
import type { Entry } from './entry.ts'
import type { Memory, Told } from './memory.ts'
import { placeOf } from './memory.ts'
import { evidence } from './step-narration.ts'

/** Visitors are taken off the old side, which fails while they share it; and given back to it. */
export function narrateRelief(memory: Memory, event: Event): Told | undefined {
  switch (event.type) {
    case 'relief-started':
      return told('warn', `the old side fails, and ${event.affected} are on it: taking them to Kubernetes`)
    case 'relieved': {
      const place = placeOf(memory, event.step)
      return told('here', `${place}all visitors are on Kubernetes, verified, after ${formatDuration(event.ms)}: ${event.verified}`)
    }
    case 'relief-failed': {
      const failed = told('bad', `${placeOf(memory, event.step)}visitors could not be taken off the old side: ${event.problem.summary}`)
      return { ...failed, entries: [...failed.entries, ...evidence(event.problem.details ?? [])] }
    }
    case 'relief-ended':
      return told('good', `the old side answers again (${event.seen}): ${event.affected} are given back to it`)
    default:
      return undefined
  }
}

const told = (mark: Entry['mark'], text: string): Told => ({ entries: [{ mark, depth: 0, stays: 'kept', text }], memory: { said: '' } })
