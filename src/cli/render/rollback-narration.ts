import { formatDuration } from '../../domain/duration.ts'
import type { Event } from '../../domain/event.ts'
import type { Memory, Told } from './memory.ts'
import { placeOf } from './memory.ts'
import { evidence } from './step-narration.ts'

/** The way back, as it goes; the report at the end sums it up. */
export function narrateRollback(memory: Memory, event: Event): Told | undefined {
  switch (event.type) {
    case 'rollback-started': {
      const why =
        event.cause === 'automatic'
          ? `${event.failedStep === undefined ? '' : `step ${event.failedStep} failed: `}${event.reason}`
          : event.reason
      return {
        entries: [
          {
            mark: event.cause === 'automatic' ? 'warn' : 'note',
            depth: 0,
            stays: 'kept',
            text: `rolling back ${event.from === event.to ? '' : `from ${event.from} `}to ${event.to}: ${why}`,
          },
          // Of an automatic one the evidence was told a moment ago, with the failure itself.
          ...(event.cause === 'automatic' ? [] : evidence(event.evidence)),
          ...(event.steps.length > 0
            ? [{ mark: 'note', depth: 1, stays: 'kept', text: `to undo, in this order: ${event.steps.join(', ')}` } as const]
            : []),
        ],
        memory: { step: '', place: '', said: '' },
      }
    }
    case 'step-undone':
      return {
        entries: [
          {
            mark: 'good',
            depth: 0,
            stays: 'kept',
            text: `${placeOf(memory, event.step)}${event.step} undone in ${formatDuration(event.ms)}: ${event.verified}`,
          },
        ],
      }
    case 'rollback-finished':
      return {
        entries: [
          { mark: 'here', depth: 0, stays: 'kept', text: `back at ${event.report.to}, verified, in ${formatDuration(event.report.ms)}` },
        ],
      }
    default:
      return undefined
  }
}
