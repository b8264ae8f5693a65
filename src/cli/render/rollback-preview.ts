import type { RollbackPreview } from '../contract.ts'
import { count } from './gate.ts'
import type { Page } from './page.ts'
import { bullets, paragraph } from './paragraph.ts'

/** What a rollback would do, in the order in which it would do it. */
export function rollbackPreviewLines(page: Page, preview: RollbackPreview): readonly string[] {
  const title = paragraph(page, `Rollback: ${preview.from} → ${preview.to}. Nothing is changed yet.`, { paint: page.paint.strong })
  if (preview.impossible !== undefined)
    return [...title, ...paragraph(page, preview.impossible, { first: `  ${page.paint.bad('✗ not possible:')} ` })]
  if (preview.steps.length === 0) return [...title, `  Nothing to undo.`]
  return [
    ...title,
    ...preview.steps.flatMap((step, index) => [
      ...paragraph(page, `undo ${step.step} (${step.kind})`, {
        first: `[${index + 1}/${preview.steps.length}] `,
        paint: page.paint.strong,
      }),
      ...bullets(page, step.undo, '    · '),
    ]),
    `${count(preview.steps.length, 'step')} to undo.`,
  ]
}
