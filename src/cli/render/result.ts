import type { RunResult } from '../../domain/event.ts'
import type { Named } from '../command-line.ts'
import { commandLine } from '../command-line.ts'
import type { Page } from './page.ts'
import { bullets, byHand, commands, field, paragraph } from './paragraph.ts'
import { problemLines } from './problem.ts'
import { rollbackReportLines } from './rollback-report.ts'

/** How a run or a rollback ended, and what to type next. The problems of a failed one are printed on their own, to stderr. */
export function resultLines(page: Page, result: RunResult, named: Named): readonly string[] {
  switch (result.outcome) {
    case 'done':
      return done(page, result, named)
    case 'rolled-back':
      return [...rollbackReportLines(page, result.report), ...next(page, [commandLine('status', named), commandLine('run', named)])]
    case 'failed':
      return [...paragraph(page, `Stays at ${result.state}.`, { first: '  ' }), ...next(page, [commandLine('status', named)])]
    case 'declined':
      return [
        ...title(
          page,
          page.paint.warn('!'),
          `Not approved${result.step === undefined ? '' : ` (step ${result.step})`}: stays at ${result.state}`,
        ),
        ...next(page, [commandLine('run', named), commandLine('status', named)]),
      ]
    case 'paused':
      return [
        ...title(
          page,
          page.paint.warn('!'),
          `Paused at ${result.state}${result.step === undefined ? '' : `, in step ${result.step}`}: a person decides`,
        ),
        ...field(page, 'Why', [result.reason, ...result.evidence.map((line) => `· ${line}`)]),
        ...next(page, result.next.length > 0 ? result.next : [commandLine('status', named)]),
      ]
    case 'stuck':
      return stuck(page, result, named)
    case 'interrupted':
      return [
        ...title(
          page,
          page.paint.warn('!'),
          `Interrupted by ${result.signal} at ${result.state}: what was begun is in the journal, nothing is lost`,
        ),
        ...paragraph(page, 'Go on where it stopped, go back, or look first:', { first: '  ' }),
        ...commands(page, [commandLine('run', named), commandLine('rollback', named), commandLine('status', named)], '    '),
      ]
  }
}

const title = (page: Page, mark: string, text: string): readonly string[] =>
  paragraph(page, text, { first: `${mark} `, paint: page.paint.strong })

const next = (page: Page, lines: readonly string[]): readonly string[] => ['', '  Next:', ...commands(page, lines, '    ')]

function done(page: Page, result: Extract<RunResult, { outcome: 'done' }>, named: Named): readonly string[] {
  const back =
    result.bundle === undefined
      ? []
      : field(page, 'Way back', ['by hand only: the restore bundle holds the saved job, the edge file and a README', result.bundle])
  const further =
    result.bundle === undefined ? [commandLine('status', named), commandLine('rollback', named)] : [commandLine('status', named)]
  const said = result.nothingToDo ? `Nothing to do: ${result.state} was reached before, and looks well` : `Done: ${result.state} reached`
  return [...title(page, page.paint.good('✓'), said), ...back, ...next(page, further)]
}

/** The exact commands for a person; never wrapped, never shortened. */
function stuck(page: Page, result: Extract<RunResult, { outcome: 'stuck' }>, named: Named): readonly string[] {
  return [
    ...title(page, page.paint.bad('✗'), `Stuck at ${result.state}: step ${result.step} could not be undone and needs a person`),
    ...problemLines(page, result.problem),
    '',
    '  Do this by hand:',
    ...(result.manual.length > 0
      ? byHand(page, result.manual)
      : bullets(page, ['no command is known: look at the evidence above'], '    ')),
    '',
    ...paragraph(page, 'Nothing was discarded: the journal keeps what undo needs. Then try again, or look:', { first: '  ' }),
    ...commands(page, [commandLine('rollback', named), commandLine('status', named)], '    '),
  ]
}
