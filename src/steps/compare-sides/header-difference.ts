import { bothAt, firstDifference } from './first-difference.ts'

/** Lists whose order and capitals mean nothing (RFC 9110, 9111). */
const LISTS = new Set([
  'allow',
  'cache-control',
  'vary',
  'access-control-allow-headers',
  'access-control-allow-methods',
  'access-control-expose-headers',
])
/** Of these it is told that they differ, not how. */
const SECRETIVE = /auth|token|secret|session|csrf|xsrf|api-?key|cookie/i
const SHORT = 60

/** How the values of one header differ, as a phrase; undefined where they mean the same. */
export function headerDifference(
  name: string,
  old: string | undefined,
  fresh: string | undefined,
  cut: (text: string) => string,
): string | undefined {
  const [before, after] = [old, fresh].map((value) => (value === undefined ? undefined : cut(value)))
  if (before === after || (before !== undefined && after !== undefined && normal(name, before) === normal(name, after))) return undefined
  if (SECRETIVE.test(name))
    return `header ${name} ${before === undefined || after === undefined ? 'is set by one side only' : 'differs (values not shown)'}`
  if (before === undefined || after === undefined) return `header ${name} is ${shown(before)} (old) and ${shown(after)} (new)`
  const at = Math.max(before.length, after.length) <= SHORT ? undefined : firstDifference(before, after)
  return at === undefined
    ? `header ${name} is ${shown(before)} (old) and ${shown(after)} (new)`
    : `header ${name} differs ${bothAt(before, after, at)}`
}

const shown = (value: string | undefined): string =>
  value === undefined ? 'missing' : JSON.stringify(value.length > SHORT ? `${value.slice(0, SHORT - 1)}…` : value)

/** `text/html;charset="UTF-8"` says what `text/html; charset=utf-8` says. */
function normal(name: string, value: string): string {
  const lowerCase = name.toLowerCase()
  if (lowerCase === 'content-type')
    return parts(value, ';')
      .map((each) => each.replaceAll('"', ''))
      .join(';')
  return LISTS.has(lowerCase) ? parts(value, ',').toSorted().join(',') : value.trim()
}

const parts = (value: string, separator: string): readonly string[] =>
  value
    .toLowerCase()
    .split(separator)
    .map((each) => each.trim())
    .filter((each) => each !== '')
