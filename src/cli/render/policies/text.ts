import type { PolicyFinding, PolicyReport, PolicySeverity } from '../../../domain/policy.ts'
import { count } from '../gate.ts'
import type { Page } from '../page.ts'
import { paragraph } from '../paragraph.ts'
import { problemLines } from '../problem.ts'
import { locationText } from '../source-line.ts'
import { isOpen } from './plan-policies.ts'
import type { PlanPolicies } from './plan-policies.ts'

/** What the rules found, by object, then what could not be asked, then the sum. */
export function policyLines(page: Page, { report }: PlanPolicies): readonly string[] {
  const objects = [...new Set(report.findings.map(({ object }) => object))]
  return [
    ...objects.flatMap((object) => [
      ...objectLines(
        page,
        object,
        report.findings.filter((finding) => finding.object === object),
      ),
      '',
    ]),
    ...report.problems.flatMap((problem) => [...problemLines(page, problem), '']),
    ...report.warnings.flatMap((problem) => [...problemLines(page, problem, 'warning'), '']),
    ...paragraph(page, sum(report)),
  ]
}

function objectLines(page: Page, object: string, findings: readonly PolicyFinding[]): readonly string[] {
  const file = findings.find((finding) => finding.source !== undefined)?.source?.file
  const isTold = findings.some((finding) => isOpen(finding) && finding.source?.line !== undefined)
  const open = SEVERITIES.flatMap((severity) => findings.filter((finding) => isOpen(finding) && finding.severity === severity))
  return [
    page.paint.strong(object) + (file === undefined || isTold ? '' : page.paint.quiet(`  ${file}`)),
    ...open.flatMap((finding) => findingLines(page, finding)),
    ...findings.flatMap((finding) => waivedLines(page, finding)),
  ]
}

const SEVERITIES: readonly PolicySeverity[] = ['error', 'warning', 'hint']

function findingLines(page: Page, { severity, rule, path, message, why, fix, source }: PolicyFinding): readonly string[] {
  const paint = { error: page.paint.bad, warning: page.paint.warn, hint: page.paint.accent }[severity]
  return [
    ...paragraph(page, message, { first: `  ${paint(severity)} `, paint: page.paint.strong }),
    ...placeLines(page, path, source),
    ...paragraph(page, `${rule}: ${why}`, { first: '    ' }),
    ...paragraph(page, fix, { first: `    ${page.paint.accent('→')} ` }),
  ]
}

/** The place first, as editors and terminals open it, then the field. */
function placeLines(page: Page, path: string | undefined, source: PolicyFinding['source']): readonly string[] {
  const place = source?.line === undefined ? [] : [locationText(source)]
  const words = [...place, ...(path === undefined ? [] : [path])].join(', ')
  return words === '' ? [] : paragraph(page, `at ${words}`, { first: '    ' })
}

/** One line: somebody knows, and said why and how long. */
function waivedLines(page: Page, { rule, message, waiver }: PolicyFinding): readonly string[] {
  if (waiver === undefined) return []
  return paragraph(page, `${rule}: ${message} (until ${waiver.expires}: ${waiver.reason})`, { first: '  waived ', paint: page.paint.quiet })
}

/** "2 errors, 1 hint, 3 waived. 61 rules: 40 asked 212 times, 21 found nothing to look at." */
function sum({ findings, asked, questions }: PolicyReport): string {
  const found = SEVERITIES.map(
    (severity) => [severity, findings.filter((each) => isOpen(each) && each.severity === severity).length] as const,
  )
  const waived = findings.filter((each) => !isOpen(each)).length
  const inconclusive = questions.filter(({ verdict }) => verdict === 'inconclusive').length
  const parts = [
    ...found.flatMap(([severity, amount]) => (amount > 0 ? [count(amount, severity)] : [])),
    ...(waived > 0 ? [`${waived} waived`] : []),
    ...(inconclusive > 0 ? [`${count(inconclusive, 'question')} without an answer`] : []),
  ]
  const times = Object.values(asked)
  const open = new Set(questions.map(({ rule }) => rule))
  const idle = Object.entries(asked).filter(([rule, amount]) => amount === 0 && !open.has(rule)).length
  const busy = times.filter((amount) => amount > 0).length
  const total = times.reduce((all, amount) => all + amount, 0)
  const nothing = total === 0 ? 'Nothing was asked.' : 'Nothing found.'
  const told = idle > 0 ? `, ${idle} found nothing to look at` : ''
  const sentence = parts.length === 0 ? nothing : `${parts.join(', ')}.`
  return `${sentence} ${count(times.length, 'rule')}: ${busy} asked ${count(total, 'time')}${told}.`
}
