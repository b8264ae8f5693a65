import type { PolicyFinding, PolicyRule, PolicySubjects, PolicyWaiver } from '../domain/policy.ts'
import type { Problem } from '../domain/problem.ts'
import { nearest } from '../plan/suggestion.ts'
import type { ObjectNames } from './names.ts'
import { policyProblem } from './policy-problem.ts'

const DAY = 24 * 60 * 60 * 1000

/** The whole last day counts, in UTC. A date that is none has always ended. */
export const isExpired = ({ expires }: PolicyWaiver, now: number): boolean => !(now < Date.parse(`${expires}T00:00:00Z`) + DAY)

export interface Waived {
  readonly findings: readonly PolicyFinding[]
  readonly problems: readonly Problem[]
  readonly warnings: readonly Problem[]
}

/** What was asked, and of what. */
export interface Asked {
  readonly rules: readonly PolicyRule[]
  readonly subjects: PolicySubjects
  readonly names: ObjectNames
  /** Names of rules that some object has no answer to. */
  readonly unanswered: ReadonlySet<string>
}

/** Marks what is waived. A waiver that has ended waives nothing, and is told; one that meets nothing is told too; one of no rule refuses the plan. */
export function waive(findings: readonly PolicyFinding[], waivers: readonly PolicyWaiver[], asked: Asked): Waived {
  const { now, standing } = asked.subjects
  // A run that has begun, with the plan as it was then, must not be barred from going on or back.
  const hasBegun = standing !== undefined && standing.size > 0
  const meets = (waiver: PolicyWaiver, finding: PolicyFinding): boolean => isMet(waiver, finding, asked.names)
  const marked = findings.map((finding) => {
    const valid = waivers.find((waiver) => meets(waiver, finding) && !isExpired(waiver, now))
    return valid === undefined ? finding : { ...finding, waiver: { reason: valid.reason, expires: valid.expires } }
  })
  const told = waivers.map((waiver) => {
    const met = marked.filter((finding) => meets(waiver, finding))
    const meant = asked.names.meantBy(waiver.object)
    if (meant.length > 1) return { warning: ambiguous(waiver, meant) }
    if (!asked.rules.some(({ name }) => name === waiver.rule))
      return hasBegun ? { warning: ofNoRule(waiver, asked.rules) } : { problem: ofNoRule(waiver, asked.rules) }
    if (met.length === 0) return { warning: isAsked(waiver, asked) ? unused(waiver) : undefined }
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

/** A name that several objects share is nobody's. */
function isMet(waiver: PolicyWaiver, { rule, object }: PolicyFinding, { meantBy }: ObjectNames): boolean {
  if (waiver.rule !== rule) return false
  const meant = meantBy(waiver.object)
  if (meant.length > 0) return meant.length === 1 && meant[0] === object
  return waiver.object === '*' || waiver.object === object || waiver.object === repository(object)
}

/** `registry:5000/team/app:1.0@sha256:…` without tag and digest. */
const repository = (reference: string): string => reference.replace(/@.*$/, '').replace(/:[^:/]*$/, '')

/** Whether the rule could have found anything: images that nobody asked for are no reason to call a waiver useless. */
function isAsked({ rule }: PolicyWaiver, { rules, subjects: { images }, unanswered }: Asked): boolean {
  const asked = rules.find(({ name }) => name === rule)
  return asked === undefined || !((asked.looksAt === 'image' && images === undefined) || unanswered.has(rule))
}

function ambiguous(waiver: PolicyWaiver, meant: readonly string[]): Problem {
  const summary = `the waiver of ${waiver.rule} for ${waiver.object} waives nothing: ${meant.length} objects have that name`
  return policyProblem('waiver-ambiguous', summary, [`name one with its namespace: ${meant.join(', ')}`], waiver.location)
}

function expired(waiver: PolicyWaiver, findings: readonly PolicyFinding[]): Problem {
  const summary = `the waiver of ${waiver.rule} for ${waiver.object} ended on ${waiver.expires}`
  const details = [`its reason was: ${waiver.reason}`, ...findings.map(({ object, message }) => `${object}: ${message}`)]
  const next = [findings[0]?.fix ?? 'change the object', 'or give the waiver a later date, where its reason still holds']
  return policyProblem('waiver-expired', summary, next, waiver.location, details)
}

function unused(waiver: PolicyWaiver): Problem {
  const summary = `the waiver of ${waiver.rule} for ${waiver.object} waives nothing: the rule finds nothing wrong there`
  return policyProblem('waiver-unused', summary, ['remove it, or correct the name of the object'], waiver.location)
}

/** Mistyped, or left over from a pack that the plan no longer has: whoever wrote it believes in something that is not so. */
function ofNoRule(waiver: PolicyWaiver, rules: readonly PolicyRule[]): Problem {
  const meant = nearest(
    waiver.rule,
    rules.map(({ name }) => name),
  )
  const next = meant === undefined ? 'remove it; docs/policies.md lists the rules of the built-in packs' : `did you mean \`${meant}\`?`
  const summary = `the waiver names the rule ${waiver.rule}, which no pack of the plan has`
  return policyProblem('waiver-of-no-rule', summary, [next], waiver.location)
}
