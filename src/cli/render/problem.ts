import type { Problem } from '../../domain/problem.ts'
import type { Page } from './page.ts'
import { bullets, paragraph } from './paragraph.ts'
import { locationText, sourceLine } from './source-line.ts'

/** One problem, whole: what is wrong, where, the evidence, and what to do. */
export function problemLines(page: Page, problem: Problem, severity: 'error' | 'warning' = 'error'): readonly string[] {
  const paint = severity === 'error' ? page.paint.bad : page.paint.warn
  return [
    ...paragraph(page, problem.summary, { first: `${paint(`${severity}[${problem.code}]`)} `, paint: page.paint.strong }).map(hang),
    ...(problem.location
      ? [...paragraph(page, `at ${locationText(problem.location)}`, { first: '  ' }), ...sourceLine(page, problem.location)]
      : []),
    ...(problem.attempted === undefined ? [] : paragraph(page, `while: ${problem.attempted}`, { first: '  ' })),
    ...bullets(page, problem.details ?? [], '  · '),
    ...(problem.cause === undefined ? [] : paragraph(page, `cause: ${problem.cause}`, { first: '  ' })),
    ...(problem.effect === 'unknown' ? paragraph(page, 'It is not known whether this took effect.', { first: '  ' }) : []),
    ...bullets(page, problem.next, `  ${page.paint.accent('→')} `),
  ]
}

/** Continuation lines of a summary begin below the others of the problem, not below its long label. */
const hang = (line: string): string => line.replace(/^ {2,}/, '  ')

/** Several problems with a blank line between them, how many there are, and whether anything was changed where that is certain. */
export function problemsLines(page: Page, problems: readonly Problem[]): readonly string[] {
  const blocks = problems.flatMap((problem, index) => [...(index > 0 ? [''] : []), ...problemLines(page, problem)])
  const untouched = problems.length > 0 && problems.every((problem) => problem.effect === 'no')
  const summary = [...(problems.length > 1 ? [`${problems.length} problems.`] : []), ...(untouched ? ['Nothing was changed.'] : [])].join(
    ' ',
  )
  return summary === '' ? blocks : [...blocks, '', summary]
}
