import { formatDuration } from '../../domain/duration.ts'
import type { Event } from '../../domain/event.ts'
import type { Settlement } from '../../domain/step-kind.ts'
import { changeWord } from './change-sign.ts'
import type { Entry } from './entry.ts'
import type { Memory, Told } from './memory.ts'
import { placeOf } from './memory.ts'
import { withoutNumbers } from './sameness.ts'

/** How many lines of a failure's evidence are told while the run goes on; the report at the end has them all. */
export const EVIDENCE_LINES = 8

/** What a step does: begins, acts, fails, is settled, is done. */
export function narrateStep(memory: Memory, event: Event): Told | undefined {
  switch (event.type) {
    case 'step-started': {
      const place = `[${event.index + 1}/${event.of}] `
      const text = `${place}${event.direction === 'undo' ? 'undoing ' : ''}${event.step} (${event.kind})`
      return { entries: [{ mark: 'note', depth: 0, stays: 'kept', text }], memory: { step: event.step, place, said: '' } }
    }
    case 'step-progress': {
      const said = `progress ${withoutNumbers(event.message)}`
      return {
        entries: [{ mark: 'wait', depth: 1, stays: said === memory.said ? 'verbose' : 'passing', text: event.message }],
        memory: { said },
      }
    }
    case 'effect-started':
      return { entries: effect(event) }
    case 'effect-done':
      return {
        entries: [
          {
            mark: 'good',
            depth: 1,
            stays: 'verbose',
            text: `${event.direction === 'undo' ? 'undo' : 'effect'} done in ${formatDuration(event.ms)}`,
          },
        ],
      }
    case 'effect-failed':
      return {
        entries: [
          { mark: 'bad', depth: 0, stays: 'kept', text: `${placeOf(memory, event.step)}${event.step}: ${event.problem.summary}` },
          ...evidence([...(event.problem.details ?? []), ...(event.problem.cause === undefined ? [] : [`cause: ${event.problem.cause}`])]),
        ],
      }
    case 'settled':
      return {
        entries: [
          {
            mark: event.settlement.status === 'foreign' || event.settlement.status === 'unknown' ? 'warn' : 'note',
            depth: 1,
            stays: 'kept',
            text: settlementText(event.step, event.settlement),
          },
        ],
      }
    case 'step-done':
      return {
        entries: [
          {
            mark: 'good',
            depth: 0,
            stays: 'kept',
            text: `${placeOf(memory, event.step)}${event.step}: done${event.ms > 0 ? ` in ${formatDuration(event.ms)}` : ''}`,
          },
        ],
      }
    default:
      return undefined
  }
}

function effect(event: Extract<Event, { type: 'effect-started' }>): readonly Entry[] {
  const prefix = event.direction === 'undo' ? 'take back: ' : ''
  return event.changes.map((change): Entry => ({
    mark: 'note',
    depth: 1,
    stays: 'kept',
    text: `${prefix}${changeWord(change.action)} ${change.object}`,
  }))
}

export function evidence(lines: readonly string[]): readonly Entry[] {
  return lines.slice(0, EVIDENCE_LINES).map((text): Entry => ({ mark: 'note', depth: 2, stays: 'kept', text }))
}

/** What was really there after a crash or a failure. */
function settlementText(step: string, settlement: Settlement): string {
  switch (settlement.status) {
    case 'none':
      return `${step}: looked, and nothing of it had happened`
    case 'partial':
      return `${step}: looked, and a part of it had happened: ${settlement.reason}`
    case 'done':
      return `${step}: looked, and all of it had happened`
    case 'foreign':
      return `${step}: looked, and found something that is not ours: ${settlement.reason}`
    case 'unknown':
      return `${step}: what happened could not be seen: ${settlement.reason}`
  }
}
