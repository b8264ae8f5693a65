import { z } from 'zod'
import { DURATION_PATTERN } from '../../domain/duration.ts'
import { DURATION_EXPECTED } from './fields.ts'

type RawIssue = z.core.$ZodRawIssue

/** What a value must be, as a sentence without its subject: "must be text". Undefined: zod's own words, or the schema's. */
export function expectation(issue: RawIssue): string | undefined {
  switch (issue.code) {
    case 'invalid_type':
      if (isDuration(issue.inst)) return DURATION_EXPECTED
      return `must be ${NOUNS[issue.expected] ?? issue.expected}`
    case 'invalid_value':
      return `must be ${choice(issue.values.map(String))}`
    case 'too_small':
      return bound(issue.origin, issue.minimum, issue.inclusive === false ? 'more than' : 'at least')
    case 'too_big':
      return bound(issue.origin, issue.maximum, issue.inclusive === false ? 'less than' : 'at most')
    case 'invalid_format':
      return issue.format === 'regex' && issue.pattern !== undefined ? `must match ${issue.pattern}` : `must be a valid ${issue.format}`
    case 'not_multiple_of':
      return `must be a multiple of ${issue.divisor}`
    default:
      return undefined
  }
}

/** A kind describes its durations as text of a pattern. Who wrote a number is told at once what is meant, not first that text is. */
const isDuration = (schema: unknown): boolean =>
  schema instanceof z.ZodString &&
  (schema.def.checks ?? []).some(
    ({ _zod: { def } }) => 'pattern' in def && def.pattern instanceof RegExp && def.pattern.source === new RegExp(DURATION_PATTERN).source,
  )

const NOUNS: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  tuple: 'a list',
  object: 'a map of fields',
  record: 'a map of names to values',
}

function bound(origin: string, limit: number | bigint, how: string): string {
  if (origin === 'string') return how === 'at least' && limit === 1 ? 'must not be empty' : `must have ${how} ${limit} characters`
  if (origin === 'array' || origin === 'set')
    return how === 'at least' && limit === 1 ? 'must not be empty' : `must have ${how} ${limit} entries`
  return `must be ${how} ${limit}`
}

const choice = (values: readonly string[]): string =>
  values.length === 1 ? `\`${values[0]}\`` : `one of ${values.map((value) => `\`${value}\``).join(', ')}`

/** The wrong value for a sentence: short, and on one line. */
export function show(value: unknown): string {
  if (value === null) return 'empty'
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list'
  if (typeof value === 'object') return 'a map'
  if (typeof value === 'string') return JSON.stringify(value.length > 60 ? `${value.slice(0, 57)}...` : value)
  return typeof value === 'number' ? `the number ${value}` : `the value ${JSON.stringify(value)}`
}
