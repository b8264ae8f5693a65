import type { PolicyFinding, PolicyRule, PolicySubjects, PolicyWaiver } from '../domain/policy.ts'
import type { Problem } from '../domain/problem.ts'
import { nearest } from '../plan/suggestion.ts'
import { policyProblem } from './policy-problem.ts'

const DAY = 24 * 60 * 60 * 1000

/** The whole last day counts, in UTC. A date that is none has always ended. */
export const isExpired = ({ expires }: PolicyWaiver, now: number): boolean => !(now < Date.parse(`${expires}T00:00:00Z`) + DAY)

export interface Waived {
  readonly findings: readonly PolicyFinding[]
  readonly problems: readonly Problem[]
  readonly warnings: readonly Problem[]
}

/** Marks what is waived. A waiver that has ended waives nothing, and is told; one that meets nothing is told too. */
export function waive(
  findings: readonly PolicyFinding[],
  waivers: readonly PolicyWaiver[],
  rules: readonly PolicyRule[],
  subjects: PolicySubjects,
  unanswered: ReadonlySet<string>,
): Waived {
  const { now } = subjects
  const marked = findings.map((finding) => {
    const valid = waivers.find((waiver) => meets(waiver, finding) && !isExpired(waiver, now))
    return valid === undefined ? finding : { ...finding, waiver: { reason: valid.reason, expires: valid.expires } }
  })
  const told = waivers.map((waiver) => {
    const met = marked.filter((finding) => meets(waiver, finding))
    if (met.length === 0) return { warning: isAsked(waiver, rules, subjects, unanswered) ? unused(waiver, rules) : undefined }
    const open = met.filter((finding) => finding.waiver === undefined)
    if (open.length === 0) return {}
    return open.some(({ severity }) => severity === 'error') ? { problem: expired(waiver, open) } : { warning: expired(waiver, open) }
  })
  return {
    findings: marked,
    problems: told.flatMap(({ problem }) => problem ?? []),
    warnings: told.flatMap(({ warning }) => warning ?? []),
  }
}

const meets = (waiver: PolicyWaiver, { rule, object }: PolicyFinding): boolean =>
  waiver.rule === rule && (waiver.object === '*' || waiver.object === object || waiver.object === repository(object))

/** `registry:5000/team/app:1.0@sha256:…` without tag and digest. */
const repository = (reference: string): string => reference.replace(/@.*$/, '').replace(/:[^:/]*$/, '')

/** Whether the rule could have found anything: images that nobody asked for are no reason to call a waiver useless. */
function isAsked(
  { rule }: PolicyWaiver,
  rules: readonly PolicyRule[],
  { images }: PolicySubjects,
  unanswered: ReadonlySet<string>,
): boolean {
  const asked = rules.find(({ name }) => name === rule)
  return asked === undefined || !((asked.looksAt === 'image' && images === undefined) || unanswered.has(rule))
}

function expired(waiver: PolicyWaiver, findings: readonly PolicyFinding[]): Problem {
  const summary = `the waiver of ${waiver.rule} for ${waiver.object} ended on ${waiver.expires}`
  const details = [`its reason was: ${waiver.reason}`, ...findings.map(({ object, message }) => `${object}: ${message}`)]
  const next = [findings[0]?.fix ?? 'change the object', 'or give the waiver a later date, where its reason still holds']
  return policyProblem('waiver-expired', summary, next, waiver.location, details)
}

function unused(waiver: PolicyWaiver, rules: readonly PolicyRule[]): Problem {
  const names = rules.map(({ name }) => name)
  if (names.includes(waiver.rule)) {
    const summary = `the waiver of ${waiver.rule} for ${waiver.object} waives nothing: the rule finds nothing wrong there`
    return policyProblem('waiver-unused', summary, ['remove it, or correct the name of the object'], waiver.location)
  }
  const meant = nearest(waiver.rule, names)
  const next = meant === undefined ? 'docs/policies.md lists the rules of the built-in packs' : `did you mean \`${meant}\`?`
  return policyProblem('waiver-unused', `the waiver names the rule ${waiver.rule}, which no pack of the plan has`, [next], waiver.location)
}
