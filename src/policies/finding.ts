import type { PolicyFinding } from '../domain/policy.ts'
import type { SourcePlace } from '../domain/problem.ts'
import type { Question } from './ask.ts'

/** A member of `each` that is a map with `object` and `path` says itself where its finding is. */
export interface Place {
  readonly object: string
  readonly path: string
}

export function placeOf(it: unknown): Place | undefined {
  if (typeof it !== 'object' || it === null || !('object' in it) || !('path' in it)) return undefined
  const { object, path } = it
  return typeof object === 'string' && typeof path === 'string' ? { object, path } : undefined
}

/** What a rule found wrong, with all that a reader needs. `index` is the member's. */
export function findingOf({ rule, subject }: Question, place: Place | undefined, index: number, message: string): PolicyFinding {
  const path = place === undefined ? rule.path?.replaceAll('{index}', String(index)) : place.path
  const isItself = place === undefined || place.object === subject.name
  const source = isItself ? subject.source : (subject.sourceOf(place.object) ?? subject.source)
  return {
    rule: rule.name,
    severity: rule.severity,
    object: place?.object ?? subject.name,
    ...(path !== undefined && path !== '' && { path }),
    message,
    why: rule.why,
    fix: rule.fix,
    ...(source !== undefined && { source: withoutText(source) }),
  }
}

/** The line's text is left out: it may hold a secret, and a chart's template is not what the object says. */
const withoutText = ({ file, line, column }: SourcePlace): SourcePlace => (line === undefined ? { file } : { file, line, column })
