import { formatDuration } from '../../domain/duration.ts'
import type { Event } from '../../domain/event.ts'
import { watchText } from '../../domain/watch.ts'
import type { Entry } from './entry.ts'
import { count } from './gate.ts'
import type { Memory, Told } from './memory.ts'
import { withoutNumbers } from './sameness.ts'
import { evidence } from './step-narration.ts'

/** What the tripwire sees, and that it saw nothing. The same wrong answer again is said once. */
export function narrateWatch(memory: Memory, event: Event): Told | undefined {
  switch (event.type) {
    case 'watch-started':
      return told({ mark: 'note', stays: 'kept', text: `watching ${watchText(event.policy)}` })
    case 'watch-wrong': {
      const said = `watch ${withoutNumbers(event.reason)}`
      const entry = { mark: 'bad', stays: said === memory.said ? 'verbose' : 'kept', text: `watch: ${event.reason}` } as const
      return { ...told(entry), memory: { said } }
    }
    case 'watch-blind':
      return told({ mark: 'warn', stays: 'kept', text: `watch: has seen nothing for ${formatDuration(event.ms)}: ${event.reason}` })
    case 'watch-sees':
      return told({
        mark: 'note',
        stays: 'kept',
        text: `watch: sees again, after ${formatDuration(event.afterMs)} of which it knows nothing`,
      })
    case 'watch-tripped':
      return { entries: [{ mark: 'bad', depth: 0, stays: 'kept', text: event.reason }, ...evidence(event.evidence)] }
    case 'watch-ended':
      return told(ended(event))
    default:
      return undefined
  }
}

function ended({ looks, wrong, unseenMs }: Extract<Event, { type: 'watch-ended' }>): Omit<Entry, 'depth'> {
  if (looks === 0) return { mark: 'warn', stays: 'kept', text: `the watch saw nothing of the site (${formatDuration(unseenMs)})` }
  const unseen = unseenMs > 0 ? `; it saw nothing for ${formatDuration(unseenMs)}` : ''
  const seen = wrong === 0 ? 'all answered as expected' : `${wrong} answered wrongly`
  return {
    mark: wrong === 0 && unseenMs === 0 ? 'good' : 'warn',
    stays: 'kept',
    text: `watched: ${count(looks, 'look')}, ${seen}${unseen}`,
  }
}

const told = (entry: Omit<Entry, 'depth'>): Told => ({ entries: [{ depth: 0, ...entry }] })
