import type { Event } from '../../domain/event.ts'
import type { Problem } from '../../domain/problem.ts'
import { narrateGate } from './gate-narration.ts'
import type { Entry } from './entry.ts'
import type { Memory, Told } from './memory.ts'
import { narrateRelief } from './relief-narration.ts'
import { narrateRollback } from './rollback-narration.ts'
import { narrateStep } from './step-narration.ts'
import { checksText, notCheckedText } from './dry-run.ts'
import { count } from './gate.ts'
import { locationText } from './source-line.ts'
import { narrateWatch } from './watch-narration.ts'

export interface Narrated {
  readonly memory: Memory
  readonly entries: readonly Entry[]
}

/** The lines that one event is worth. Pure: the same events give the same lines. */
export function narrate(memory: Memory, event: Event, at: number): Narrated {
  const told = narrateRun(event) ??
    narrateStep(memory, event) ??
    narrateGate(memory, event, at) ??
    narrateWatch(memory, event) ??
    narrateRelief(memory, event) ??
    narrateRollback(memory, event) ?? { entries: [] }
  const spoke = told.entries.some((entry) => entry.stays !== 'verbose')
  return { memory: { ...memory, ...told.memory, ...(spoke && { saidAt: at }) }, entries: told.entries }
}

function narrateRun(event: Event): Told | undefined {
  switch (event.type) {
    case 'run-started': {
      const where = event.lab ? ' in the lab' : ''
      const verb = event.resumed ? 'goes on' : 'starts'
      return {
        entries: [
          {
            mark: 'note',
            depth: 0,
            stays: 'kept',
            text: `${event.plan} ${verb}${where}: ${event.state} → ${event.goal} (run ${event.runId})`,
          },
          { mark: 'note', depth: 1, stays: 'verbose', text: `journal: ${event.journal}` },
        ],
      }
    }
    case 'preflight-started':
      return {
        entries: [{ mark: 'wait', depth: 0, stays: 'passing', text: 'checking servers, credentials and rights; nothing is changed' }],
      }
    case 'preflight-finding':
      return narrateFinding(event)
    case 'preflight-finished': {
      const text = event.failed > 0 ? `${checksText(event)}: nothing was changed` : checksText(event)
      return { entries: [{ mark: event.failed > 0 ? 'bad' : 'good', depth: 0, stays: 'kept', text }, ...narrateLater(event)] }
    }
    case 'state-reached':
      return { entries: [{ mark: 'here', depth: 0, stays: 'kept', text: `state ${event.state} reached` }] }
    case 'bundle-written':
      return {
        entries: [
          {
            mark: 'good',
            depth: 1,
            stays: 'kept',
            text: `restore bundle written and read back (${count(event.files.length, 'file')}): ${event.path}`,
          },
        ],
      }
    case 'looked': {
      const { verdict, reason } = event.observation
      const well = verdict === 'pass'
      return { entries: [{ mark: well ? 'good' : 'bad', depth: 1, stays: 'kept', text: well ? reason : `${event.what}: ${reason}` }] }
    }
    case 'warning':
      return {
        entries: [
          { mark: 'warn', depth: 0, stays: 'kept', text: event.problem.summary },
          ...placeEntries(event.problem),
          ...event.problem.next.map((text): Entry => ({ mark: 'note', depth: 2, stays: 'kept', text })),
        ],
      }
    case 'step-previewed':
    case 'finished':
      return { entries: [] }
    default:
      return undefined
  }
}

function narrateLater({ later = [] }: Extract<Event, { type: 'preflight-finished' }>): readonly Entry[] {
  return later.length === 0 ? [] : [{ mark: 'note', depth: 1, stays: 'kept', text: notCheckedText(later) }]
}

function narrateFinding(event: Extract<Event, { type: 'preflight-finding' }>): Told {
  const { verdict, what, problem } = event.finding
  if (verdict === 'pass') return { entries: [{ mark: 'good', depth: 1, stays: 'verbose', text: `${event.target}: ${what}` }] }
  const text = problem ? `${event.target}: ${problem.summary}` : `${event.target}: ${what}`
  return { entries: [{ mark: verdict === 'warn' ? 'warn' : 'bad', depth: 1, stays: 'kept', text }, ...placeEntries(problem)] }
}

/** Where it is to be mended, as editors and terminals open it. */
const placeEntries = (problem: Problem | undefined): readonly Entry[] =>
  problem?.location === undefined ? [] : [{ mark: 'note', depth: 2, stays: 'kept', text: `at ${locationText(problem.location)}` }]
