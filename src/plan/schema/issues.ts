import { z } from 'zod'
import type { Problem } from '../../domain/problem.ts'
import { planProblem } from '../plan-problem.ts'
import type { PlanPath, PlanSource } from '../source.ts'
import { nearest } from '../suggestion.ts'
import { documented } from './documented.ts'
import { expectation, show } from './messages.ts'
import type { ParsedPlan, Registries } from './plan.ts'
import { planSchema } from './plan.ts'
import { subject, valueAt } from './subject.ts'
import { unknownField } from './unknown-field.ts'

type Issue = z.core.$ZodIssue

export interface Shape {
  /** Undefined where there are problems. */
  readonly parsed: ParsedPlan | undefined
  readonly problems: readonly Problem[]
}

/** Checks the shape of a plan; every issue of zod becomes a problem at its place. */
export function checkShape(source: PlanSource, data: Readonly<Record<string, unknown>>, registries: Registries): Shape {
  // zod says which fields are unknown, but not which would be known: the schema that complains is at hand only here.
  const knownFields = new Map<readonly string[], readonly string[]>()
  const result = planSchema(registries).safeParse(data, {
    error: (issue) => {
      if (issue.code === 'unrecognized_keys') knownFields.set(issue.keys, fieldsOf(issue.inst))
      return expectation(issue)
    },
  })
  if (result.success) return { parsed: result.data, problems: [] }
  const placed = flatten(result.error.issues)
  const problems = withoutMistyped(placed, data).flatMap(({ issue, path }) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => unknownField({ source, data, registries, path, key, known: knownFields.get(issue.keys) ?? [] }))
      : [wrongValue({ source, data, path, issue, registries })],
  )
  return { parsed: undefined, problems }
}

const fieldsOf = (schema: unknown): readonly string[] => (schema instanceof z.ZodObject ? Object.keys(schema.shape) : [])

interface Placed {
  readonly issue: Issue
  readonly path: PlanPath
}

/** A union complains about all its branches at once: only the branch that was meant is worth reading. */
function flatten(issues: readonly Issue[], base: PlanPath = []): readonly Placed[] {
  return issues.flatMap((issue) => {
    const path = [...base, ...issue.path]
    if (issue.code !== 'invalid_union' || issue.errors.length === 0) return [{ issue, path }]
    const meant = issue.errors.find((branch) => !branch.some(isAboutTheWhole))
    if (meant !== undefined) return flatten(meant, path)
    const expected = issue.errors.flatMap((branch) => branch.filter(isAboutTheWhole).map((each) => each.message.replace(/^must be /, '')))
    const choice = issue.errors.flat().find((each) => each.code === 'invalid_value') ?? issue
    return [{ issue: { ...choice, message: `must be ${[...new Set(expected)].join(', or ')}` }, path }]
  })
}

const isAboutTheWhole = (issue: Issue): boolean =>
  issue.path.length === 0 && (issue.code === 'invalid_type' || issue.code === 'invalid_value')

/** A mistyped field is not missing as well: `unknown-field` says what was meant. */
function withoutMistyped(placed: readonly Placed[], data: unknown): readonly Placed[] {
  const unknown = new Map<string, readonly string[]>()
  for (const { issue, path } of placed) if (issue.code === 'unrecognized_keys') unknown.set(key(path), issue.keys)
  return placed.filter(({ path }) => {
    const field = path.at(-1)
    const siblings = unknown.get(key(path.slice(0, -1))) ?? []
    return typeof field !== 'string' || valueAt(data, path) !== undefined || !siblings.some((each) => nearest(each, [field]) !== undefined)
  })
}

const key = (path: PlanPath): string => path.map(String).join('\0')

interface Wrong extends Placed {
  readonly source: PlanSource
  readonly data: unknown
  readonly registries: Registries
}

function wrongValue(wrong: Wrong): Problem {
  const { source, data, path, issue } = wrong
  const value = valueAt(data, path)
  const what = subject(data, path)
  if (value === undefined) {
    const field = String(path.at(-1))
    const parent = path.slice(0, -1)
    const next = [`add \`${field}\` to ${parent.length === 0 ? 'the plan' : subject(data, parent)}`]
    return planProblem('missing-field', `${what} is missing: it${requirement(issue)}`, next, source.locate(parent, 'key'))
  }
  if (issue.code === 'invalid_key') return wrongKey(wrong)
  const shown = `; it is ${show(path.at(-1) === 'token' ? '…' : value)}`
  return planProblem('wrong-value', `${what}${requirement(issue)}${shown}`, [advice(value, wrong)], source.locate(path))
}

/** What a person named: the key itself is wrong, not what stands under it. */
function wrongKey({ source, data, path, issue, registries }: Wrong): Problem {
  const key = String(path.at(-1))
  const map = path.slice(0, -1)
  const next = [`correct the key; docs/plan-reference.md describes ${documented(map, registries)}`]
  return planProblem('wrong-value', `${subject(data, map)}: the key \`${key}\`${requirement(issue)}`, next, source.locate(path, 'key'))
}

/** Ours read on from their subject ("must be text"). A kind's own schema says what it wants ("host:port"), or any sentence. */
function requirement(issue: Issue): string {
  const message = issue.code === 'invalid_key' ? (issue.issues[0]?.message ?? issue.message) : issue.message
  const isNoun = issue.code === 'invalid_type' || issue.code === 'invalid_value' || issue.code === 'invalid_format'
  if (message.startsWith('must ')) return ` ${message}`
  return isNoun ? ` must be ${message}` : `: ${message}`
}

function advice(value: unknown, { path, issue, registries }: Wrong): string {
  const field = String(path.at(-1))
  if (value === null && issue.code === 'invalid_type' && issue.expected === 'object') return `write \`${field}: {}\` to take its defaults`
  if (value === null) return `give \`${field}\` a value, or remove it`
  const meant = issue.code === 'invalid_value' && typeof value === 'string' ? nearest(value, issue.values.map(String)) : undefined
  if (meant !== undefined) return `did you mean \`${meant}\`?`
  if (issue.code === 'invalid_value' && issue.values.length === 1) return `write \`${field}: ${String(issue.values[0])}\``
  if (typeof value === 'number' && issue.message.includes('duration')) return `add the unit: \`${value}s\``
  if (typeof value === 'number' && issue.message.includes('%`')) return `add the sign: \`${value}%\``
  if (issue.code === 'invalid_type' && issue.expected === 'array' && typeof value === 'string') return `write \`${field}: [${value}]\``
  if (issue.code === 'invalid_type' && issue.expected === 'string' && typeof value !== 'object')
    return `put the value into quotes if it is meant as text`
  return `correct the value; docs/plan-reference.md describes ${documented(path, registries)}`
}
