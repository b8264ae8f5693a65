import type { JsonObject } from '../../domain/json.ts'
import { asString, itemsOf, objectAt } from './json-reading.ts'

/** A LabelSelector as the query parameter `labelSelector` says it: `app=web,tier in (a,b),!canary`. Undefined for none, which would select everything. */
export function selectorText(selector: JsonObject | undefined): string | undefined {
  const equal = Object.entries(objectAt(selector, 'matchLabels') ?? {}).map(([key, value]) => `${key}=${asString(value) ?? ''}`)
  const expressions = itemsOf(selector?.['matchExpressions']).map((each) => expressionText(each))
  const parts = [...equal, ...expressions].filter((each) => each !== '')
  return parts.length === 0 ? undefined : parts.join(',')
}

function expressionText(expression: JsonObject): string {
  const key = asString(expression['key']) ?? ''
  const values = Array.isArray(expression['values']) ? expression['values'].join(',') : ''
  switch (expression['operator']) {
    case 'In':
      return `${key} in (${values})`
    case 'NotIn':
      return `${key} notin (${values})`
    case 'Exists':
      return key
    case 'DoesNotExist':
      return `!${key}`
    default:
      return ''
  }
}
