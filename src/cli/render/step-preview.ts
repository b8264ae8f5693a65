import type { StepPreview } from '../../domain/event.ts'
import { changeLine, changeLines } from './change.ts'
import { systemName } from './change-sign.ts'
import { policyText } from './gate.ts'
import type { Page } from './page.ts'
import { bullets, paragraph, ruler } from './paragraph.ts'

/** How much of each change: the whole diff, or one line. */
export type Detail = 'whole' | 'brief'

/** One step of a preview: its changes by system, what it waits for, and where a failure leads. */
export function stepPreviewLines(page: Page, preview: StepPreview, place: string, detail: Detail): readonly string[] {
  return [
    ...(preview.irreversible === undefined ? [] : boundary(page, preview.irreversible)),
    ...heading(page, preview, place),
    ...bullets(page, preview.warnings, `    ${page.paint.warn('!')} `),
    ...changesBySystem(page, preview, detail),
    ...waits(page, preview),
    ...paragraph(page, ifItFails(preview), { first: '    ' }),
    '',
  ]
}

function heading(page: Page, preview: StepPreview, place: string): readonly string[] {
  const reaches = preview.reaches === undefined ? '' : ` → reaches ${preview.reaches}`
  return paragraph(page, `${preview.step} (${preview.kind})${reaches}`, { first: `${place} `, paint: page.paint.strong })
}

/** The line after which nothing can be undone, drawn across the page. */
function boundary(page: Page, why: string): readonly string[] {
  return [page.paint.bad(ruler(page, 'no way back after this step')), ...paragraph(page, `irreversible: ${why}`, { first: '    ' })]
}

function changesBySystem(page: Page, preview: StepPreview, detail: Detail): readonly string[] {
  const systems = [...new Set(preview.changes.map((change) => change.system))]
  return systems.flatMap((system) => [
    ...paragraph(page, systemName(system), { first: '  ' }),
    ...preview.changes
      .filter((change) => change.system === system)
      .flatMap((change) => (detail === 'whole' ? changeLines(page, change) : changeLine(page, change))),
  ])
}

function waits(page: Page, preview: StepPreview): readonly string[] {
  return [
    ...(preview.waits ? [`waits: ${preview.waits.says ?? preview.waits.what}: ${policyText(preview.waits.policy)}`] : []),
    ...preview.gates.map(({ kind, says, policy }) => `then gate ${kind}: ${says === undefined ? '' : `${says}: `}${policyText(policy)}`),
  ].flatMap((text) => paragraph(page, text, { first: '    ' }))
}

function ifItFails(preview: StepPreview): string {
  if ('rollbackTo' in preview.ifItFails) return `if it fails: rolls back to ${preview.ifItFails.rollbackTo}`
  const told = preview.irreversible !== undefined && preview.ifItFails.pause.includes(preview.irreversible)
  const why = told ? '' : ` (${preview.ifItFails.pause})`
  return `if it fails: pauses and moves nothing${why}`
}
