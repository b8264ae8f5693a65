import { formatDuration } from '../../domain/duration.ts'
import type { Event } from '../../domain/event.ts'
import type { GatePolicy } from '../../domain/gate-policy.ts'
import type { GateProgress } from '../../domain/records.ts'
import { gateTitle, lookWord, observationsText, progressText } from './gate.ts'
import type { Page } from './page.ts'
import { paragraph } from './paragraph.ts'
import type { DrawnState } from './state-line.ts'
import { stateLines } from './state-line.ts'

/** What a live view shows of now; folded from the events. */
export interface Live {
  readonly states: readonly string[]
  readonly current: string
  readonly doing: string
  /** Since when, milliseconds since the epoch. */
  readonly since: number
  readonly detail?: string
  readonly gate?: { readonly title: string; readonly policy: GatePolicy; readonly progress: GateProgress; readonly since: number }
}

export const NOT_STARTED: Live = { states: [], current: '', doing: 'starting', since: 0 }

export function fold(live: Live, event: Event, at: number): Live {
  switch (event.type) {
    case 'run-started':
      return { states: [...new Set([event.state, event.goal])], current: event.state, doing: 'starting', since: at }
    case 'preflight-started':
      return { ...live, doing: 'checking servers, credentials and rights', since: at }
    case 'step-previewed':
      return withState({ ...live, doing: `previewing step ${event.preview.step}` }, event.preview.reaches)
    case 'step-started':
      return {
        states: live.states,
        current: live.current,
        doing: `[${event.index + 1}/${event.of}] ${event.direction === 'undo' ? 'undoing ' : ''}${event.step} (${event.kind})`,
        since: at,
      }
    case 'step-progress':
      return { ...live, detail: event.message }
    case 'gate-started':
      return { ...live, gate: { title: gateTitle(event.gate, event.kind), policy: event.policy, progress: event.progress, since: at } }
    case 'observed':
      return {
        ...live,
        detail:
          event.observation.verdict === 'pass' ? event.observation.reason : `${lookWord(event.observation)}: ${event.observation.reason}`,
        gate: { title: gateTitle(event.gate, event.kind), policy: event.policy, progress: event.progress, since: live.gate?.since ?? at },
      }
    case 'gate-passed':
    case 'gate-failed':
      return withoutGate(live)
    case 'state-reached':
      return { ...live, current: event.state }
    case 'rollback-started':
      return { states: live.states, current: live.current, doing: `rolling back to ${event.to}`, since: at }
    case 'rollback-finished':
      return { ...live, current: event.report.to }
    default:
      return live
  }
}

/** States come to be known in order, from the previews; the goal is the last of them. */
function withState(live: Live, state: string | undefined): Live {
  if (state === undefined || live.states.includes(state)) return live
  const goal = live.states.at(-1)
  return goal === undefined || live.states.length === 1
    ? { ...live, states: [...live.states, state] }
    : { ...live, states: [...live.states.slice(0, -1), state, goal] }
}

const withoutGate = (live: Live): Live => ({ states: live.states, current: live.current, doing: live.doing, since: live.since })

/** The block below the finished lines; the first line stands behind the spinner. */
export function liveLines(page: Page, live: Live, now: number): readonly string[] {
  const elapsed = formatDuration(Math.floor(Math.max(0, now - live.since) / 1_000) * 1_000)
  return [
    ...paragraph(page, `${live.doing}, ${elapsed}`, { paint: page.paint.strong }),
    ...stateLines(page, drawn(live)),
    ...(live.gate ? paragraph(page, gateText(live.gate, now), { first: '  ' }) : []),
    ...(live.detail === undefined ? [] : paragraph(page, live.detail, { first: '  ' })),
  ]
}

function drawn(live: Live): readonly DrawnState[] {
  const here = live.states.indexOf(live.current)
  return live.states.map((name, index) => ({ name, mark: index === here ? 'current' : index < here ? 'reached' : 'ahead' }))
}

function gateText(gate: NonNullable<Live['gate']>, now: number): string {
  return `${gate.title}: ${progressText(gate.progress, gate.policy)}, ${remaining(gate, now)} (${observationsText(gate.progress)})`
}

/** Time to go: until the hold is over, or until the gate gives up settling. */
function remaining(gate: NonNullable<Live['gate']>, now: number): string {
  if (gate.progress.phase === 'holding') return `${formatDuration(Math.max(0, gate.policy.hold - gate.progress.observedHoldMs))} to go`
  return `${formatDuration(Math.floor(Math.max(0, gate.policy.timeout - (now - gate.since)) / 1_000) * 1_000)} left`
}
