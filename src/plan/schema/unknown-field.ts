import type { Problem } from '../../domain/problem.ts'
import { planProblem } from '../plan-problem.ts'
import type { PlanPath, PlanSource } from '../source.ts'
import { nearest } from '../suggestion.ts'
import { kindPlace } from './one-kind.ts'
import type { Registries } from './plan.ts'
import { subject } from './subject.ts'

interface UnknownField {
  readonly source: PlanSource
  readonly data: unknown
  readonly registries: Registries
  /** Of the map that holds the field. */
  readonly path: PlanPath
  readonly key: string
  readonly known: readonly string[]
}

/** A field that nobody knows: a mistyped field, or, where a kind is due and none is there, a mistyped kind. */
export function unknownField({ source, data, registries, path, key, known }: UnknownField): Problem {
  const location = source.locate([...path, key], 'key')
  const where = path.length === 0 ? 'the plan' : subject(data, path)
  const place = kindPlace(data, path, registries)
  if (place !== undefined && place.kinds.length === 0 && place.mistypedKinds.includes(key)) {
    const meant = nearest(key, place.known)
    const next = [...(meant === undefined ? [] : [`did you mean \`${meant}\`?`]), `${place.what} kinds: ${place.known.join(', ')}`]
    return planProblem(`unknown-${place.what}-kind`, `unknown ${place.what} kind \`${key}\` in ${where}`, next, location)
  }
  const meant = nearest(key, known)
  const next = meant === undefined ? `remove it; fields here: ${known.join(', ') || 'none'}` : `did you mean \`${meant}\`?`
  return planProblem('unknown-field', `unknown field \`${key}\` in ${where}`, [next], location)
}
