import type { Change } from '../../domain/change.ts'
import { changeSign, changeWord } from './change-sign.ts'
import type { Page } from './page.ts'
import { paragraph } from './paragraph.ts'
import { withoutSecretData } from './sensitive.ts'
import { textDiff } from './text-diff.ts'
import { chop, printable } from './width.ts'
import type { DiffLine } from './yaml-diff.ts'
import { yamlDiff } from './yaml-diff.ts'

/** What is deleted is shown up to this many lines (all with --verbose): the undo record keeps it whole. */
const DELETED_LINES = 12

/** One change with its differences, below the name of its system. */
export function changeLines(page: Page, change: Change): readonly string[] {
  return [
    ...changeHeading(page, change),
    ...(change.remarks ?? []).flatMap((remark) => paragraph(page, remark, { first: `      ${page.paint.warn('!')} ` })),
    ...(change.notCheckable === undefined ? [] : notCheckable(page, change.notCheckable)),
    ...differences(change, page.verbose).flatMap((line) => diffLine(page, line)),
  ]
}

/** `+ Deployment default/web` alone; with a `?` where it could not be checked yet and nothing below it says so. */
export function changeLine(page: Page, change: Change): readonly string[] {
  return changeHeading(page, change.notCheckable === undefined ? change : { ...change, object: `${change.object} ?` })
}

/** `+ Deployment default/web`. */
export function changeHeading(page: Page, change: Pick<Change, 'action' | 'object'>): readonly string[] {
  const word = change.action === 'stop' || change.action === 'delete' ? ` (${changeWord(change.action)})` : ''
  return paragraph(page, `${change.object}${word}`, { first: `    ${changeSign(page, change.action)} `, paint: page.paint.strong })
}

/** Said as what it is: neither valid nor broken. */
export function notCheckable(page: Page, reason: string): readonly string[] {
  return paragraph(page, `not checkable yet: ${reason}`, { first: `      ${page.paint.warn('?')} ` })
}

function differences(change: Change, verbose: boolean): readonly DiffLine[] {
  const { before, after, action } = withoutSecretData(change)
  if (typeof before === 'string' && typeof after === 'string') return textDiff(before, after)
  const lines = yamlDiff(before, after)
  if (action !== 'delete' || verbose || lines.length <= DELETED_LINES + 1) return lines
  return [...lines.slice(0, DELETED_LINES), { sign: 'gap', text: `${lines.length - DELETED_LINES} more lines (--verbose shows them)` }]
}

/** A long line goes on below itself, without a sign, so that no sign is invented. */
function diffLine(page: Page, line: DiffLine): readonly string[] {
  if (line.sign === 'gap') return paragraph(page, `… ${line.text}`, { first: '        ', paint: page.paint.quiet })
  const paint = line.sign === '+' ? page.paint.good : line.sign === '-' ? page.paint.bad : (text: string): string => text
  return chop(printable(line.text), page.width - 10).map((piece, index) =>
    paint(`        ${index === 0 ? line.sign : ' '} ${piece}`.trimEnd()),
  )
}
