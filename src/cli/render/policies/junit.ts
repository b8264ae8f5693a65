import type { PolicyFinding, PolicyPack, PolicyQuestion } from '../../../domain/policy.ts'
import type { Problem } from '../../../domain/problem.ts'
import { locationText } from '../source-line.ts'
import type { PlanPolicies } from './plan-policies.ts'

/**
 * JUnit XML: a suite a plan and pack, a test case a rule and object that it was asked about. What refuses the plan is a failure, what is waived is skipped with its
 * reason, what could not be asked is an error if its rule refuses plans, else skipped as inconclusive, as is what nobody asked for (images of which no registry was asked). Findings that refuse nothing stand in `system-out` of a case that passed.
 */
export function policyJUnit(plans: readonly PlanPolicies[]): string {
  const suites = plans.flatMap((plan) => [planSuite(plan), ...plan.packs.map((pack) => suiteOf(plan, pack))])
  const lines = [`<testsuites name="jmc-migrate policies" ${totals(suites.flatMap(({ cases }) => cases))}>`, ...suites.flatMap(suiteLines)]
  return ['<?xml version="1.0" encoding="UTF-8"?>', ...lines, '</testsuites>', ''].join('\n')
}

interface Case {
  readonly outcome: 'passed' | 'failure' | 'error' | 'skipped'
  readonly lines: readonly string[]
}

interface Suite {
  readonly name: string
  readonly cases: readonly Case[]
}

/** What is wrong with the plan itself: an error each, so that nobody takes rules that were not asked for rules that hold. */
function planSuite({ plan, problems = [], report }: PlanPolicies): Suite {
  const refused = [...problems, ...report.problems.filter(isAboutWaivers)]
  const wrong = refused.map((problem) => planCase('error', problem, [`      <error message="${escaped(toldText(problem))}"/>`]))
  const warned = report.warnings
    .filter(isAboutWaivers)
    .map((problem) => planCase('passed', problem, [`      <system-out>${escaped(toldText(problem))}</system-out>`]))
  return { name: `${plan}: plan`, cases: [...wrong, ...warned] }
}

/** The other problems of a report are of questions, and stand in their cases. */
const isAboutWaivers = ({ code }: Problem): boolean => code.startsWith('waiver-')

const planCase = (outcome: 'error' | 'passed', { code }: Problem, content: readonly string[]): Case => ({
  outcome,
  lines: [`    <testcase classname="plan" name="${escaped(code)}" time="0">`, ...content, '    </testcase>'],
})

const toldText = ({ summary, location }: Problem): string => (location === undefined ? summary : `${locationText(location)}: ${summary}`)

function suiteOf({ plan, report }: PlanPolicies, pack: PolicyPack): Suite {
  const asked = report.questions.filter(({ rule }) => rule.startsWith(`${pack.name}/`))
  const cases = asked.map((question) =>
    caseOf(
      pack,
      question,
      report.findings.filter(({ rule, object }) => rule === question.rule && object === question.object),
    ),
  )
  return { name: `${plan}: ${pack.name}`, cases }
}

function suiteLines({ name, cases }: Suite): readonly string[] {
  if (cases.length === 0) return []
  return [`  <testsuite name="${escaped(name)}" ${totals(cases)}>`, ...cases.flatMap(({ lines }) => lines), '  </testsuite>']
}

function totals(cases: readonly Case[]): string {
  const of = (outcome: Case['outcome']): number => cases.filter((each) => each.outcome === outcome).length
  return `tests="${cases.length}" failures="${of('failure')}" errors="${of('error')}" skipped="${of('skipped')}" time="0"`
}

function caseOf(pack: PolicyPack, question: PolicyQuestion, findings: readonly PolicyFinding[]): Case {
  const outcome = outcomeOf(question, findings, pack)
  const name = `${question.rule.slice(pack.name.length + 1)}: ${question.object}`
  const head = `    <testcase classname="${escaped(pack.name)}" name="${escaped(name)}" time="0"`
  const content = contentOf(question, findings, outcome)
  return { outcome, lines: content.length === 0 ? [`${head}/>`] : [`${head}>`, ...content, '    </testcase>'] }
}

function outcomeOf({ rule, verdict, unasked }: PolicyQuestion, findings: readonly PolicyFinding[], { rules }: PolicyPack): Case['outcome'] {
  const refuses = rules.find(({ name }) => name === rule)?.severity === 'error'
  if (verdict === 'inconclusive') return unasked || !refuses ? 'skipped' : 'error'
  if (verdict === 'waived') return 'skipped'
  return verdict === 'found' && findings.some(({ severity, waiver }) => severity === 'error' && waiver === undefined) ? 'failure' : 'passed'
}

function contentOf(
  { verdict, reason = '' }: PolicyQuestion,
  findings: readonly PolicyFinding[],
  outcome: Case['outcome'],
): readonly string[] {
  if (outcome === 'error') return [`      <error message="${escaped(reason)}"/>`]
  if (verdict === 'inconclusive') return [`      <skipped message="${escaped(`inconclusive: ${reason}`)}"/>`]
  if (outcome === 'skipped') return [`      <skipped message="${escaped(findings.map(waivedText).join('; '))}"/>`]
  const open = findings.filter(({ waiver }) => waiver === undefined)
  if (outcome === 'failure') {
    const message = open.map((finding) => finding.message).join('; ')
    return [`      <failure message="${escaped(message)}">${escaped(open.map(findingText).join('\n\n'))}</failure>`]
  }
  return open.length === 0 ? [] : [`      <system-out>${escaped(open.map(findingText).join('\n\n'))}</system-out>`]
}

const waivedText = ({ message, waiver }: PolicyFinding): string =>
  `waived until ${waiver?.expires ?? ''}: ${waiver?.reason ?? ''} (${message})`

const findingText = ({ severity, object, path, message, why, fix, source }: PolicyFinding): string =>
  [
    `${severity}: ${message}`,
    path === undefined ? object : `${object} at ${path}`,
    ...(source === undefined ? [] : [locationText(source)]),
    why,
    `fix: ${fix}`,
  ].join('\n')

/** XML 1.0 allows no other control characters than these three, escaped or not, and no lone surrogates. */
const UNWRITABLE = /(?![\t\n\r])\p{Cc}|\p{Cs}|[\uFFFE\uFFFF]/gu
const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\n': '&#10;',
  '\r': '&#13;',
  '\t': '&#9;',
}

const escaped = (text: string): string =>
  text.replace(UNWRITABLE, '\uFFFD').replace(/[&<>"\n\r\t]/g, (character) => ENTITIES[character] ?? character)
