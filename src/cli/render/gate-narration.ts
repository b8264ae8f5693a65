import { formatDuration } from '../../domain/duration.ts'
import type { Event } from '../../domain/event.ts'
import type { Observation } from '../../domain/observation.ts'
import type { Entry } from './entry.ts'
import { gateTitle, lookWord, observationsText, policyText, progressText } from './gate.ts'
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
            mark: event.verdict === 'inconclusive' ? 'warn' : 'bad',
            depth: 1,
            stays: 'kept',
            text: `${gateTitle(event.gate, event.kind)} ${howItEnded(event.verdict)}: ${event.reason} (${observationsText(event.progress)})`,
          },
          ...evidence(event.evidence),
        ],
        memory: { said: '' },
      }
    default:
      return undefined
  }
}

/** Of a gate that could not decide nothing is said to have failed. */
const howItEnded = (verdict: Extract<Event, { type: 'gate-failed' }>['verdict']): string =>
  verdict === 'inconclusive' ? 'could not decide' : 'failed'

function observed(memory: Memory, event: Extract<Event, { type: 'observed' }>, at: number): Told {
  const { verdict, reason } = event.observation
  const word = lookWord(event.observation)
  const mark = markOf(event.observation)
  const said = `${word} ${withoutNumbers(reason)}`
  if (said !== memory.said) {
    const bad = mark === 'bad' || mark === 'warn'
    const stays = bad ? 'kept' : event.gate === 'before' && verdict === 'pass' ? 'verbose' : 'passing'
    return { entries: [{ mark, depth: 1, stays, text: `${word}: ${reason}` }], memory: { said } }
  }
  if (at - memory.saidAt < HEARTBEAT) return { entries: [{ mark, depth: 1, stays: 'verbose', text: `${word}: ${reason}` }] }
  const far = word === 'gathering' ? reason : progressText(event.progress, event.policy)
  const text = `still ${word}: ${far} (${observationsText(event.progress)})`
  return { entries: [{ mark: 'wait', depth: 1, stays: 'passing', text }] }
}

function markOf(observation: Observation): Entry['mark'] {
  switch (observation.verdict) {
    case 'pass':
      return 'good'
    case 'pending':
      return 'wait'
    case 'fail':
      return 'bad'
    case 'inconclusive':
      return observation.tooLittle === undefined ? 'warn' : 'wait'
  }
}
