import type { Finding } from '../../domain/step-kind.ts'
import type { DryRun, PlacedPreview } from '../contract.ts'
import { countsText } from './change-sign.ts'
import { count } from './gate.ts'
import type { Page } from './page.ts'
import { bullets, paragraph } from './paragraph.ts'
import { problemLines } from './problem.ts'
import type { Detail } from './step-preview.ts'
import { stepPreviewLines } from './step-preview.ts'

/** A dry run, whole: what was checked, what each step would do, and the sum. */
export function dryRunLines(page: Page, dryRun: DryRun): readonly string[] {
  return [
    ...paragraph(page, `Dry run of ${dryRun.plan}: ${dryRun.from} → ${dryRun.to}${dryRun.lab ? ', in the lab' : ''}. Nothing is changed.`),
    '',
    ...preflightLines(page, dryRun.findings, dryRun.notChecked),
    ...previewLines(page, dryRun.steps, 'whole'),
  ]
}

/** The steps of a preview and their sum; also what a person approves. */
export function previewLines(page: Page, steps: readonly PlacedPreview[], detail: Detail): readonly string[] {
  const changes = steps.flatMap((step) => step.changes)
  const uncheckable = changes.filter((change) => change.notCheckable !== undefined).length
  return [
    ...steps.flatMap((step, index) => {
      const place = step.place ?? { index, of: steps.length }
      return stepPreviewLines(page, step, `[${place.index + 1}/${place.of}]`, detail)
    }),
    ...paragraph(page, countsText(changes), { paint: page.paint.strong }),
    ...(uncheckable === 0
      ? []
      : paragraph(
          page,
          `${count(uncheckable, 'item')} could not be checked yet, marked with ?: ${uncheckable === 1 ? 'it is' : 'they are'} looked at again right before ${uncheckable === 1 ? 'its step' : 'their steps'}.`,
        )),
  ]
}

function preflightLines(page: Page, findings: DryRun['findings'], notChecked: readonly string[] = []): readonly string[] {
  const passed = findings.filter((each) => each.finding.verdict === 'pass')
  const rest = findings.filter((each) => each.finding.verdict !== 'pass')
  const shown = page.verbose ? passed.map((each) => `${each.target}: ${each.finding.what}`) : []
  return [
    ...paragraph(page, `${checksText(sumOf(findings))}.`, { paint: page.paint.strong }),
    ...bullets(page, shown, `  ${page.paint.good('✓')} `),
    ...rest.flatMap(({ target, finding: { what, verdict, problem } }) =>
      problem === undefined
        ? paragraph(page, `${target}: ${what}`, { first: `  ${verdict === 'warn' ? page.paint.warn('!') : page.paint.bad('✗')} ` })
        : ['', ...problemLines(page, problem, verdict === 'warn' ? 'warning' : 'error')],
    ),
    ...(rest.length > 0 && notChecked.length > 0 ? [''] : []),
    ...(notChecked.length === 0 ? [] : paragraph(page, notCheckedText(notChecked), { first: '  ' })),
    '',
  ]
}

interface Checks {
  readonly passed: number
  readonly warnings: number
  readonly failed: number
}

/** One sum of the checks, wherever they are told: "21 checks done, none failed, 4 warnings". */
export function checksText({ passed, warnings, failed }: Checks): string {
  const all = passed + warnings + failed
  const warned = warnings > 0 ? `, ${count(warnings, 'warning')}` : ''
  return failed > 0 ? `${failed} of ${count(all, 'check')} failed${warned}` : `${count(all, 'check')} done, none failed${warned}`
}

function sumOf(findings: DryRun['findings']): Checks {
  const of = (verdict: Finding['verdict']): number => findings.filter(({ finding }) => finding.verdict === verdict).length
  return { passed: of('pass'), warnings: of('warn'), failed: of('fail') }
}

/** What `--to` leaves for a later run to check. */
export const notCheckedText = (steps: readonly string[]): string => `not checked: what later steps need (${steps.join(', ')})`

/** True where a dry run found something to do: `--detailed-exitcode` answers 2. */
export function hasChanges(dryRun: DryRun): boolean {
  return dryRun.steps.some((step) => step.changes.length > 0)
}

/** Failed checks of a dry run: the run itself would refuse to start. */
export function failedFindings(dryRun: DryRun): readonly Finding[] {
  return dryRun.findings.flatMap(({ finding }) => (finding.verdict === 'fail' ? [finding] : []))
}
