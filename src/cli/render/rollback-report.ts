import { formatDuration } from '../../domain/duration.ts'
import type { RollbackReport } from '../../domain/event.ts'
import { condensed } from './evidence.ts'
import { count } from './gate.ts'
import type { Page } from './page.ts'
import { field, paragraph } from './paragraph.ts'

/** What a rollback did: where to, how that was verified, why, what visitors noticed, what was undone and what stays. */
export function rollbackReportLines(page: Page, report: RollbackReport, where: readonly string[]): readonly string[] {
  const how = report.cause === 'automatic' ? 'Rolled back automatically' : 'Rolled back'
  const verified = report.verified.length > 0 ? ', verified' : ''
  // A plan that moves nobody has nothing to say of visitors.
  const isAboutVisitors = where.length > 0 || report.visitors.observations > 0
  return [
    ...paragraph(
      page,
      `${how} to ${report.to}${verified}, in ${formatDuration(report.ms)}${report.from === report.to ? '' : ` (from ${report.from})`}`,
      {
        first: `${report.cause === 'automatic' ? page.paint.warn('!') : page.paint.good('✓')} `,
        paint: page.paint.strong,
      },
    ),
    ...field(page, 'Why', [whyText(report), ...condensed(report.evidence).map((line) => `· ${line}`)]),
    ...field(page, 'Verified', report.verified.length > 0 ? report.verified : ['nothing was recorded as verified']),
    ...field(page, 'Visitors', isAboutVisitors ? [...where, visitorsText(report.visitors)] : []),
    ...field(page, 'Undone', report.undone.length > 0 ? report.undone : ['nothing had to be undone']),
    ...field(page, 'Left', report.left.length > 0 ? report.left : ['nothing of what was undone']),
  ]
}

function whyText(report: RollbackReport): string {
  return report.failedStep === undefined ? report.reason : `step ${report.failedStep} failed: ${report.reason}`
}

/** Honest about where the number comes from: we saw only what we asked for. */
export function visitorsText(visitors: RollbackReport['visitors']): string {
  if (visitors.observations === 0) return 'nothing is known: this run made no observation as a visitor'
  const all = count(visitors.observations, 'observation')
  if (visitors.wrong === 0) return `none of our own ${all} as a visitor got a wrong answer (real visitors were not counted)`
  return `${visitors.wrong} of our own ${all} as a visitor got a wrong answer, over ${formatDuration(visitors.wrongForMs)} (real visitors were not counted)`
}
