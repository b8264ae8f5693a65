import { formatDuration } from '../../domain/duration.ts'
import type { StepStatus } from '../../engine/contract.ts'
import type { StatusView } from '../contract.ts'
import type { Named } from '../command-line.ts'
import { commandLine } from '../command-line.ts'
import { condensed } from './evidence.ts'
import { gateTitle, observationsText } from './gate.ts'
import type { Page } from './page.ts'
import { byHand, commands, field, paragraph } from './paragraph.ts'
import { visitorsText } from './rollback-report.ts'
import type { DrawnState } from './state-line.ts'
import { stateLines } from './state-line.ts'
import { clockTime, dateTime } from './time.ts'
import { visitorsNowTexts } from './visitors.ts'
import { displayWidth, padEnd, printable } from './width.ts'

/** Where are we, why are we waiting, what do I type next. */
export function statusLines(page: Page, view: StatusView, now: number): readonly string[] {
  const { report } = view
  return [
    ...paragraph(page, `${report.plan}: ${modeText(report)}`, { paint: page.paint.strong }),
    ...paragraph(page, `run ${report.runId}, started ${dateTime(report.startedAt)}, last record ${ago(report.lastRecordAt, now)}`, {
      first: '  ',
    }),
    '',
    ...stateLines(page, drawnStates(report.states)),
    '',
    ...report.steps.flatMap((step, index) => stepLines(page, step, place(index, report.steps.length))),
    '',
    ...(report.why === undefined ? [] : field(page, 'Why', [report.why, ...condensed(report.evidence).map((line) => `· ${line}`)])),
    ...field(page, 'Edited', editedTexts(view)),
    ...field(page, 'Held by', [holder(view, now)]),
    ...field(page, 'To undo', toUndo(report)),
    ...field(page, 'Visitors', view.visitors === undefined ? [] : visitorsNowTexts(view.visitors)),
    ...liveLook(page, view),
    ...wayBack(page, view),
    ...lastRollback(page, view),
    ...field(page, 'Journal', [view.journal]),
    ...(report.manual.length === 0 ? [] : ['', '  Do this by hand:', ...byHand(page, report.manual)]),
    ...(report.next.length === 0 ? [] : ['', '  Next:', ...commands(page, report.next, '    ')]),
  ]
}

/** No run yet is an answer too. */
export function noRunLines(page: Page, named: Named): readonly string[] {
  return [
    ...paragraph(page, `No run of ${named.plan} has been started${named.lab ? ' in the lab' : ''}.`),
    '',
    '  Next:',
    ...commands(page, [commandLine('run', named, '--dry-run'), commandLine('run', named)], '    '),
  ]
}

const MODES: Readonly<Record<StatusView['report']['mode'], string>> = {
  forward: 'under way',
  'rolling-back': 'rolling back',
  paused: 'paused, a person decides',
  stuck: 'stuck, needs a person',
  finished: 'finished',
  'rolled-back': 'rolled back',
  interrupted: 'interrupted, can go on',
}

/** A rollback that nobody goes on with is neither "can go on" nor back. */
const modeText = ({ mode, rollingBack }: StatusView['report']): string =>
  mode === 'interrupted' && rollingBack !== undefined ? `rollback to ${rollingBack.to} interrupted` : MODES[mode]

const AFTER_EDIT: Readonly<Record<NonNullable<StatusView['edited']>['next'], string>> = {
  amends:
    '`run` goes on only with `--amend`, and only where finished steps are unchanged; `rollback` uses the plan that the run began with',
  'begins-anew': 'nothing of the run is left: the next `run` begins with the plan as it is on disk',
  refuses: '`run` refuses until it is put back or mended; `rollback` uses the plan that the run began with',
}

function editedTexts({ edited }: StatusView): readonly string[] {
  if (edited === undefined) return []
  return [
    'the plan on disk is not the one that the run began with',
    ...edited.difference.map((each) => `· ${each}`),
    AFTER_EDIT[edited.next],
  ]
}

function toUndo({ rollingBack }: StatusView['report']): readonly string[] {
  if (rollingBack === undefined) return []
  return [
    rollingBack.left.length === 0 ? 'nothing more: the site is still to be looked at' : `in this order: ${rollingBack.left.join(', ')}`,
  ]
}

function drawnStates(states: StatusView['report']['states']): readonly DrawnState[] {
  return states.map((state) => ({
    name: state.name,
    mark: state.current ? 'current' : state.reachedAt === undefined ? 'ahead' : 'reached',
    ...(state.reachedAt !== undefined && { note: `since ${clockTime(state.reachedAt)}` }),
  }))
}

const PHASES: Readonly<Record<StepStatus['phase'], readonly [mark: string, words: string]>> = {
  pending: ['○', 'not begun'],
  applying: ['▶', 'being done'],
  waiting: ['▶', 'waiting'],
  gating: ['▶', 'being checked'],
  done: ['✓', 'done'],
  failed: ['✗', 'failed'],
  undoing: ['◀', 'being undone'],
  undone: ['↶', 'undone'],
}

/** As wide for the first step as for the last. */
const place = (index: number, of: number): string => `[${index + 1}/${of}]`.padStart(`[${of}/${of}]`.length)

/** Ids up to this long stand in a column. */
const ID_WIDTH = 16
/** On a narrower page the column would leave no room for what follows it. */
const WIDE_ENOUGH = 60

function stepLines(page: Page, step: StepStatus, place: string): readonly string[] {
  const [mark, words] = PHASES[step.phase]
  const paint =
    step.phase === 'done'
      ? page.paint.good
      : step.phase === 'failed'
        ? page.paint.bad
        : step.phase === 'pending'
          ? page.paint.quiet
          : page.paint.accent
  const reaches = step.reaches === undefined ? '' : ` → ${step.reaches}`
  const id = printable(step.id)
  const aligned = displayWidth(id) <= ID_WIDTH && page.width >= WIDE_ENOUGH
  const first = `  ${paint(mark)} ${place} ${aligned ? `${padEnd(id, ID_WIDTH)} ` : ''}`
  const lines = paragraph(page, `${aligned ? '' : `${id} `}${words}, ${step.kind}${reaches}`, { first })
  return step.gate ? [...lines, ...paragraph(page, gateText(step.gate), { first: '          ' })] : lines
}

function gateText(gate: NonNullable<StepStatus['gate']>): string {
  const { progress } = gate
  const hold =
    gate.holdMs > 0
      ? `observed ${formatDuration(progress.observedHoldMs)} of ${formatDuration(gate.holdMs)} to hold, ${formatDuration(progress.unobservedMs)} unobserved; `
      : ''
  const name = gate.name === 'own' ? gateTitle('own', 'the step') : `gate ${gate.name + 1} of the step`
  return `${name}: ${hold}${observationsText({ ...progress, unobservedMs: gate.holdMs > 0 ? 0 : progress.unobservedMs })}`
}

function holder(view: StatusView, now: number): string {
  const held = view.report.heldBy
  return held
    ? `process ${held.pid} on ${held.host}, ${held.user}, since ${dateTime(held.since)} (${ago(held.since, now)})`
    : 'nobody: no process is at work on it'
}

const LOOKS = { pass: '✓', pending: '…', fail: '✗', inconclusive: '?' } as const

function liveLook(page: Page, view: StatusView): readonly string[] {
  if (view.live.length === 0)
    return field(page, 'Live look', [
      view.report.mode === 'rolled-back' ? 'nothing of the run stands: nothing to look at' : 'nothing to look at yet',
    ])
  const going = view.report.rollingBack === undefined ? [] : ['· what the rollback takes away may be gone already']
  return field(page, 'Live look', [...going, ...view.live.map((each) => `${LOOKS[each.observation.verdict]} ${lookText(each)}`)])
}

/** What was seen often says itself what it was looked for. */
function lookText({ what, observation: { verdict, reason } }: StatusView['live'][number]): string {
  if (verdict === 'inconclusive') return `${what}: could not see: ${reason}`
  return reason.startsWith(what) ? reason : `${what}: ${reason}`
}

function wayBack(page: Page, view: StatusView): readonly string[] {
  const { rollback, mode, states } = view.report
  if (rollback.possible && mode === 'rolled-back' && states.some(({ name, current }) => current && name === rollback.to)) return []
  if (rollback.possible) return field(page, 'Way back', [`to ${rollback.to}`])
  return field(page, 'Way back', [
    `none: ${rollback.why}`,
    ...(rollback.bundle === undefined ? [] : [`restore bundle: ${rollback.bundle}`]),
  ])
}

function lastRollback(page: Page, view: StatusView): readonly string[] {
  const report = view.lastRollback
  if (!report) return []
  // Where that is how the run stands, it has been said why.
  const why = view.report.mode === 'rolled-back' ? '' : `: ${report.reason}`
  return field(page, 'Went back', [
    `${report.cause === 'automatic' ? 'automatically' : 'as asked'} to ${report.to}${why}`,
    ...report.verified.map((each) => `✓ ${each}`),
    ...report.left.map((each) => `· ${each}`),
    ...(view.withoutVisitors ? [] : [visitorsText(report.visitors)]),
  ])
}

const ago = (at: number, now: number): string => `${formatDuration(Math.max(0, now - at))} ago`
