import { z } from 'zod'
import type { Problem } from '../domain/problem.ts'
import { expectation, show } from '../plan/schema/messages.ts'
import { valueAt } from '../plan/schema/subject.ts'
import type { PlanPath, PlanSource } from '../plan/source.ts'
import { nearest } from '../plan/suggestion.ts'
import { packSchema } from './pack-schema.ts'
import type { ParsedPack } from './pack-schema.ts'
import { policyProblem } from './policy-problem.ts'

type Issue = z.core.$ZodIssue

/** Checks the shape of a policy file; every issue of the schema becomes a problem at its place, in the words of the plan's. */
export function checkPackShape(
  source: PlanSource,
  data: Readonly<Record<string, unknown>>,
): { readonly parsed: ParsedPack | undefined; readonly problems: readonly Problem[] } {
  // The issue names the unknown fields; the schema that complains, and so the known ones, are at hand only here.
  const known = new Map<readonly string[], readonly string[]>()
  const result = packSchema.safeParse(data, {
    error: (issue) => {
      if (issue.code === 'unrecognized_keys') known.set(issue.keys, issue.inst instanceof z.ZodObject ? Object.keys(issue.inst.shape) : [])
      return expectation(issue)
    },
  })
  if (result.success) return { parsed: result.data, problems: [] }
  const { issues } = result.error
  const unknown = new Map(issues.flatMap((issue) => (issue.code === 'unrecognized_keys' ? [[where(issue.path), issue.keys] as const] : [])))
  const problems = issues.flatMap((issue) => {
    if (issue.code === 'unrecognized_keys')
      return issue.keys.map((key) => unknownField(source, data, [...issue.path, key], known.get(issue.keys) ?? []))
    return isMistyped(issue, data, unknown) ? [] : [wrongValue(source, data, issue)]
  })
  return { parsed: undefined, problems }
}

const where = (path: PlanPath): string => JSON.stringify(path.map(String))

/** A mistyped field is not missing as well: `unknown-field` says what was meant. */
function isMistyped(issue: Issue, data: unknown, unknown: ReadonlyMap<string, readonly string[]>): boolean {
  const field = issue.path.at(-1)
  if (typeof field !== 'string' || valueAt(data, issue.path) !== undefined) return false
  return (unknown.get(where(issue.path.slice(0, -1))) ?? []).some((key) => nearest(key, [field]) !== undefined)
}

function unknownField(source: PlanSource, data: unknown, path: PlanPath, known: readonly string[]): Problem {
  const key = String(path.at(-1))
  const meant = nearest(key, known)
  const next = meant === undefined ? `remove it; fields here: ${known.join(', ')}` : `did you mean \`${meant}\`?`
  return policyProblem(
    'unknown-field',
    `unknown field \`${key}\` in ${placeName(data, path.slice(0, -1))}`,
    [next],
    source.locate(path, 'key'),
  )
}

function wrongValue(source: PlanSource, data: unknown, issue: Issue): Problem {
  const value = valueAt(data, issue.path)
  const what = placeName(data, issue.path)
  if (value === undefined) {
    const parent = issue.path.slice(0, -1)
    const next = [`add \`${String(issue.path.at(-1))}\` to ${placeName(data, parent)}; docs/policies.md shows a whole file`]
    return policyProblem('missing-field', `${what} is missing: it ${issue.message}`, next, source.locate(parent, 'key'))
  }
  const summary = `${what} ${issue.message}; it is ${show(value)}`
  return policyProblem('wrong-value', summary, [advice(value, issue)], source.locate(issue.path))
}

function advice(value: unknown, issue: Issue): string {
  const meant = issue.code === 'invalid_value' && typeof value === 'string' ? nearest(value, issue.values.map(String)) : undefined
  if (meant !== undefined) return `did you mean \`${meant}\`?`
  if (issue.code === 'invalid_type' && issue.expected === 'string') return 'put the value into quotes if it is meant as text'
  if (issue.code === 'invalid_type' && issue.expected === 'array' && typeof value === 'string') return `write it as a list: \`[${value}]\``
  return 'correct the value; docs/policies.md describes the fields of a rule'
}

/** What a person calls the place: `rules[2].severity` is "rule resources-set: `severity`". */
function placeName(data: unknown, path: PlanPath): string {
  const [first, index, ...rest] = path
  if (first === undefined) return 'the policy file'
  if (first !== 'rules' || typeof index !== 'number') return `\`${dotted(path)}\``
  const name = valueAt(data, ['rules', index, 'name'])
  const rule = typeof name === 'string' && name !== '' && name.length <= 63 ? `rule ${name}` : `rule number ${index + 1}`
  return rest.length === 0 ? rule : `${rule}: \`${dotted(rest)}\``
}

const dotted = (path: PlanPath): string =>
  path.map((part, position) => (typeof part === 'number' ? `[${part}]` : position === 0 ? String(part) : `.${String(part)}`)).join('')
