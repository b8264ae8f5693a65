import { formatDuration } from '../../domain/duration.ts'
import type { Event } from '../../domain/event.ts'
import { changeWord } from './change-sign.ts'
import type { Entry } from './entry.ts'
import { condensed } from './evidence.ts'
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
            text: settlementText(event),
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
  return condensed(lines)
    .slice(0, EVIDENCE_LINES)
    .map((text): Entry => ({ mark: 'note', depth: 2, stays: 'kept', text }))
}

/** What was found after a crash or a failure: of the step's effect, or of its undo. */
function settlementText({ step, direction, settlement }: Extract<Event, { type: 'settled' }>): string {
  const undo = direction === 'undo'
  const looked = `looked at what there is of ${undo ? `the undo of ${step}` : step}`
  switch (settlement.status) {
    case 'none':
      return undo ? `${looked}: nothing was taken back, all is as before the undo` : `${looked}: nothing, all is as before this step`
    case 'partial':
      return `${looked}: a part: ${settlement.reason}`
    case 'done':
      return `${looked}: ${undo ? 'all was taken back' : 'all of it'}; it is still to be checked`
    case 'foreign':
      return `${looked}: something that is not as this run left it: ${settlement.reason}`
    case 'unknown':
      return `${looked}: it could not be seen: ${settlement.reason}`
  }
}
