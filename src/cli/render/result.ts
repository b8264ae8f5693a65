import type { RunResult, Whereabouts } from '../../domain/event.ts'
import type { Named } from '../command-line.ts'
import { commandLine } from '../command-line.ts'
import { condensed } from './evidence.ts'
import { inPlaceTexts } from './in-place.ts'
import type { Page } from './page.ts'
import { bullets, byHand, commands, field, paragraph } from './paragraph.ts'
import { problemLines } from './problem.ts'
import { rollbackReportLines } from './rollback-report.ts'
import { visitorsNowTexts } from './visitors.ts'

type Ended<Outcome extends RunResult['outcome']> = Extract<RunResult, { outcome: Outcome }>

/** How a run or a rollback ended, where that leaves visitors, and what to type next. The problems of a failed one are printed on their own, to stderr. */
export function resultLines(page: Page, result: RunResult, named: Named): readonly string[] {
  switch (result.outcome) {
    case 'done':
      return done(page, result, named)
    case 'rolled-back':
      return [
        ...rollbackReportLines(page, result.report, visitors(result)),
        ...inPlace(page, result),
        ...whileShared(page, result, named),
        ...next(page, [
          commandLine('status', named),
          commandLine('run', named),
          ...(result.inPlace === undefined ? [] : [commandLine('rollback', named)]),
        ]),
      ]
    case 'failed':
      return [
        ...paragraph(page, `Stays at ${result.state}.`, { first: '  ' }),
        ...standing(page, result),
        ...next(page, [commandLine('status', named)]),
      ]
    case 'declined':
      return [
        ...title(
          page,
          page.paint.warn('!'),
          `Not approved${result.step === undefined ? '' : ` (step ${result.step})`}: stays at ${result.state}`,
        ),
        ...standing(page, result),
        ...next(page, [commandLine('run', named), commandLine('status', named)]),
      ]
    case 'paused':
      return paused(page, result, named)
    case 'stuck':
      return stuck(page, result, named)
    case 'interrupted':
      return interrupted(page, result, named)
  }
}

const title = (page: Page, mark: string, text: string): readonly string[] =>
  paragraph(page, text, { first: `${mark} `, paint: page.paint.strong })

const next = (page: Page, lines: readonly string[]): readonly string[] => ['', '  Next:', ...commands(page, lines, '    ')]

const visitors = (result: Whereabouts): readonly string[] => (result.visitors === undefined ? [] : visitorsNowTexts(result.visitors))

const inPlace = (page: Page, result: Whereabouts): readonly string[] => field(page, 'In place', inPlaceTexts(result.inPlace ?? []))

const standing = (page: Page, result: Whereabouts): readonly string[] => [
  ...field(page, 'Visitors', visitors(result)),
  ...inPlace(page, result),
]

/** What goes back, or on with going back; undefined where nothing does. */
function rollbackLine({ rollingBack, noWayBack }: Whereabouts, named: Named): string | undefined {
  if (rollingBack !== undefined) return commandLine('rollback', named, ...(rollingBack.whole ? [] : ['--to', rollingBack.to]))
  return noWayBack === undefined ? commandLine('rollback', named) : undefined
}

/** No process is left that would take visitors back. */
function nobodyWatches(page: Page, result: Whereabouts, named: Named): readonly string[] {
  // A plan without visitors leaves nobody to be watched; what goes on and back stands below.
  if (result.visitors === undefined) return result.noWayBack === undefined ? [] : field(page, 'Way back', [result.noWayBack])
  const [run, back] = [commandLine('run', named), rollbackLine(result, named)].map((line) => line && `\`${page.command(line)}\``)
  const ways =
    result.rollingBack !== undefined
      ? `${back} goes on with the rollback`
      : `${run} goes on${back === undefined ? `; ${result.noWayBack ?? 'there is no way back'}` : `, ${back} goes back`}`
  return field(page, 'Watched', [`by nobody now: ${ways}`])
}

/** Also where all went as asked: between two states visitors depend on what only a run looks after. */
const whileShared = (page: Page, result: Whereabouts, named: Named): readonly string[] =>
  result.ahead !== undefined && result.visitors?.seen === true && result.visitors.share.new > 0 ? nobodyWatches(page, result, named) : []

function done(page: Page, result: Ended<'done'>, named: Named): readonly string[] {
  const back =
    result.bundle === undefined
      ? []
      : field(page, 'Way back', ['by hand only: the restore bundle holds the saved job, the edge file and a README', result.bundle])
  const further = [
    ...(result.ahead === undefined ? [] : [commandLine('run', named)]),
    commandLine('status', named),
    ...(result.bundle === undefined ? [commandLine('rollback', named)] : []),
  ]
  const said = result.nothingToDo ? `Nothing to do: ${result.state} was reached before, and looks well` : `Done: ${result.state} reached`
  return [
    ...title(page, page.paint.good('✓'), said),
    ...field(page, 'Visitors', visitors(result)),
    ...whileShared(page, result, named),
    ...back,
    ...next(page, further),
  ]
}

function paused(page: Page, result: Ended<'paused'>, named: Named): readonly string[] {
  return [
    ...title(
      page,
      page.paint.warn('!'),
      `Paused at ${result.state}${result.step === undefined ? '' : `, in step ${result.step}`}: a person decides`,
    ),
    ...field(page, 'Why', [result.reason, ...condensed(result.evidence).map((line) => `· ${line}`)]),
    ...standing(page, result),
    ...nobodyWatches(page, result, named),
    ...next(page, result.next.length > 0 ? result.next : [commandLine('status', named)]),
  ]
}

function interrupted(page: Page, result: Ended<'interrupted'>, named: Named): readonly string[] {
  const { rollingBack } = result
  const what = rollingBack === undefined ? 'Interrupted' : `Rollback to ${rollingBack.to} interrupted`
  const left = rollingBack === undefined || rollingBack.left.length === 0 ? [] : [`in this order: ${rollingBack.left.join(', ')}`]
  const back = rollbackLine(result, named)
  return [
    ...title(
      page,
      page.paint.warn('!'),
      `${what} by ${result.signal} at ${result.state}: what was begun is in the journal, nothing is lost`,
    ),
    ...field(page, 'To undo', left),
    ...standing(page, result),
    ...nobodyWatches(page, result, named),
    ...next(page, [
      ...(rollingBack === undefined ? [commandLine('run', named)] : []),
      ...(back === undefined ? [] : [back]),
      commandLine('status', named),
    ]),
  ]
}

/** The exact commands for a person; never wrapped, never shortened. */
function stuck(page: Page, result: Ended<'stuck'>, named: Named): readonly string[] {
  const back = rollbackLine(result, named)
  return [
    ...title(page, page.paint.bad('✗'), `Stuck at ${result.state}: step ${result.step} could not be undone and needs a person`),
    ...problemLines(page, result.problem),
    '',
    ...standing(page, result),
    '',
    '  Do this by hand:',
    ...(result.manual.length > 0
      ? byHand(page, result.manual)
      : bullets(page, ['no command is known: look at the evidence above'], '    ')),
    '',
    ...paragraph(
      page,
      `Nothing was discarded: the journal keeps what undo needs.${result.visitors === undefined ? '' : ' Nobody watches now.'} Then try again, or look:`,
      { first: '  ' },
    ),
    ...commands(page, [...(back === undefined ? [] : [back]), commandLine('status', named)], '    '),
  ]
}
