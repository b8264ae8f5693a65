import type { JsonObject } from '../../domain/json.ts'
import { at, isObject, objectOf } from './json.ts'

/** Whether labels satisfy the text of a `labelSelector`: `a=b`, `a!=b`, `a in (b,c)`, `a notin (b)`, `a`, `!a`. */
export function matchesLabels(selector: string, labels: JsonObject): boolean {
  return selector
    .split(/,(?![^(]*\))/)
    .map((each) => each.trim())
    .filter((each) => each !== '')
    .every((each) => matchesOne(each, labels))
}

function matchesOne(requirement: string, labels: JsonObject): boolean {
  const set = /^(\S+)\s+(in|notin)\s+\(([^)]*)\)$/.exec(requirement)
  if (set !== null) {
    const value = labels[set[1] ?? '']
    const listed =
      typeof value === 'string' &&
      (set[3] ?? '')
        .split(',')
        .map((each) => each.trim())
        .includes(value)
    return set[2] === 'in' ? listed : !listed
  }
  const [, name = '', operator = '', value = ''] = /^([^=!]+?)\s*(==?|!=)\s*(.*)$/.exec(requirement) ?? []
  if (operator === '!=') return labels[name] !== value
  if (operator !== '') return labels[name] === value
  return requirement.startsWith('!') ? labels[requirement.slice(1)] === undefined : labels[requirement] !== undefined
}

/** Whether labels have all that a plain selector (a Service's, or `matchLabels`) asks for; an empty selector selects nothing. */
export function hasLabels(labels: unknown, selector: unknown): boolean {
  const wanted = Object.entries(objectOf(selector))
  return wanted.length > 0 && isObject(labels) && wanted.every(([name, value]) => at(labels, name) === value)
}
