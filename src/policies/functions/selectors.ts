import type { Json } from '../../domain/json.ts'
import type { Value, ValueMap } from './value.ts'
import { fieldOf, isMap, listOf, mapOf, textOf, textsOf } from './value.ts'

/**
 * Whether a selector selects something with these labels: a plain map as Services have it, or a LabelSelector (`matchLabels`, `matchExpressions`).
 * An empty selector selects everything (Kubernetes documentation, "Labels and Selectors"); none at all, nothing.
 */
export function selects(selector: Value, labels: Value): boolean {
  return isMap(selector) && matches(selector, textsOf(labels))
}

/** The same, where the labels are known to be texts. */
export function matches(selector: ValueMap, own: Readonly<Record<string, string>>): boolean {
  const isLabelSelector = isMap(selector.matchLabels) || Array.isArray(selector.matchExpressions)
  if (!isLabelSelector) return hasAll(own, selector)
  return hasAll(own, selector.matchLabels) && listOf(selector.matchExpressions).every((expression) => holds(expression, own))
}

function hasAll(labels: Readonly<Record<string, string>>, wanted: Value): boolean {
  const all = mapOf(wanted)
  return Object.keys(all).every((key) => labels[key] === all[key])
}

function holds(expression: Json, labels: Readonly<Record<string, string>>): boolean {
  const label = labels[textOf(fieldOf(expression, 'key'))]
  const values = listOf(fieldOf(expression, 'values'))
  switch (fieldOf(expression, 'operator')) {
    case 'In':
      return label !== undefined && values.includes(label)
    case 'NotIn':
      return label === undefined || !values.includes(label)
    case 'Exists':
      return label !== undefined
    case 'DoesNotExist':
      return label === undefined
    default:
      return false
  }
}
