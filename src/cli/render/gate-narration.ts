import { formatDuration } from '../../domain/duration.ts'
import type { Event } from '../../domain/event.ts'
import type { Verdict } from '../../domain/observation.ts'
import type { Entry } from './entry.ts'
import { gateTitle, observationsText, policyText, progressText } from './gate.ts'
import type { Memory, Told } from './memory.ts'
import { withoutNumbers } from './sameness.ts'
import { evidence } from './step-narration.ts'

/** A long hold says this often that it is still there, milliseconds. */
export const HEARTBEAT = 30_000

/** What a gate sees: said when the verdict or its reason changes, and as a heartbeat while nothing does. */
export function narrateGate(memory: Memory, event: Event, at: number): Told | undefined {
  switch (event.type) {
    case 'gate-started':
      return {
        entries: [
          {
            mark: 'wait',
            depth: 1,
            // As a rule one look: what it saw is said when it has passed.
            stays: event.gate === 'before' ? 'verbose' : 'passing',
            text: `${gateTitle(event.gate, event.kind)}: ${policyText(event.policy)}`,
          },
        ],
        memory: { said: '' },
      }
    case 'observed':
      return observed(memory, event, at)
    case 'gate-passed':
      return {
        entries: [
          {
            mark: 'good',
            depth: 1,
            stays: 'kept',
            text: `${gateTitle(event.gate, event.kind)} passed: ${event.reason} (${observationsText(event.progress)}, ${formatDuration(event.ms)})`,
          },
        ],
        memory: { said: '' },
      }
    case 'gate-failed':
      return {
        entries: [
          {
            mark: 'bad',
            depth: 1,
            stays: 'kept',
            text: `${gateTitle(event.gate, event.kind)} failed: ${event.reason} (${observationsText(event.progress)})`,
          },
          ...evidence(event.evidence),
        ],
        memory: { said: '' },
      }
    default:
      return undefined
  }
}

const WORDS: Readonly<Record<Verdict, string>> = { pass: 'seen', pending: 'not yet', fail: 'wrong', inconclusive: 'could not see' }
const MARKS: Readonly<Record<Verdict, Entry['mark']>> = { pass: 'good', pending: 'wait', fail: 'bad', inconclusive: 'warn' }

function observed(memory: Memory, event: Extract<Event, { type: 'observed' }>, at: number): Told {
  const { verdict, reason } = event.observation
  const said = `${verdict} ${withoutNumbers(reason)}`
  if (said !== memory.said) {
    const bad = verdict === 'fail' || verdict === 'inconclusive'
    const stays = bad ? 'kept' : event.gate === 'before' && verdict === 'pass' ? 'verbose' : 'passing'
    return { entries: [{ mark: MARKS[verdict], depth: 1, stays, text: `${WORDS[verdict]}: ${reason}` }], memory: { said } }
  }
  if (at - memory.saidAt < HEARTBEAT)
    return { entries: [{ mark: MARKS[verdict], depth: 1, stays: 'verbose', text: `${WORDS[verdict]}: ${reason}` }] }
  return {
    entries: [
      {
        mark: 'wait',
        depth: 1,
        stays: 'passing',
        text: `still ${WORDS[verdict]}: ${progressText(event.progress, event.policy)} (${observationsText(event.progress)})`,
      },
    ],
  }
}
