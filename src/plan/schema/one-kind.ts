import type { Problem } from '../../domain/problem.ts'
import { planProblem } from '../plan-problem.ts'
import type { PlanPath, PlanSource } from '../source.ts'
import { nearest } from '../suggestion.ts'
import { POLICY_FIELDS } from './gates.ts'
import type { Registries } from './plan.ts'
import { STEP_FIELDS } from './steps.ts'
import { stepName, valueAt } from './subject.ts'

/** A map in which exactly one kind must stand: a step, or a gate. */
export interface KindPlace {
  readonly what: 'step' | 'gate'
  readonly path: PlanPath
  /** All kinds that could stand here. */
  readonly known: readonly string[]
  readonly kinds: readonly string[]
  /** Unknown fields that do not look like a mistyped `gates` or `timeout`. */
  readonly mistypedKinds: readonly string[]
}

/** The place at `path`; undefined where no kind is due. */
export function kindPlace(data: unknown, path: PlanPath, registries: Registries): KindPlace | undefined {
  const [steps, , gates] = path
  const isGate = path.length === 4 && gates === 'gates'
  if (steps !== 'steps' || !(isGate || path.length === 2)) return undefined
  const value = valueAt(data, path)
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  const kinds = isGate ? registries.gates : registries.kinds
  const envelope: readonly string[] = isGate ? POLICY_FIELDS : STEP_FIELDS
  const fields = Object.keys(value)
  const strangers = fields.filter((field) => !kinds.has(field) && !envelope.includes(field))
  return {
    what: isGate ? 'gate' : 'step',
    path,
    known: [...kinds.keys()],
    kinds: fields.filter((field) => kinds.has(field)),
    mistypedKinds: strangers.filter((field) => !envelope.includes(nearest(field, [...envelope, ...kinds.keys()]) ?? '')),
  }
}

function places(data: unknown, registries: Registries): readonly KindPlace[] {
  const steps = indices(data, ['steps']).map((index): PlanPath => ['steps', index])
  const withGates = steps.flatMap((path) => [path, ...indices(data, [...path, 'gates']).map((gate): PlanPath => [...path, 'gates', gate])])
  return withGates.map((path) => kindPlace(data, path, registries)).filter((place) => place !== undefined)
}

function indices(data: unknown, path: PlanPath): readonly number[] {
  const list = valueAt(data, path)
  return Array.isArray(list) ? [...list.keys()] : []
}

/** Each step and each gate has exactly one kind. A mistyped kind is found as an unknown field and not reported twice. */
export function checkKinds(source: PlanSource, data: unknown, registries: Registries): readonly Problem[] {
  return places(data, registries).flatMap((place) => {
    const owner = `${place.what === 'gate' ? 'a gate of ' : ''}${stepName(data, Number(place.path[1]))}`
    const [, second] = place.kinds
    if (second !== undefined) {
      const summary = `${owner} has several kinds: ${place.kinds.join(', ')}`
      const next = [`make ${place.kinds.length} ${place.what}s of them, each with its own kind`]
      return [planProblem(`several-${place.what}-kinds`, summary, next, source.locate([...place.path, second], 'key'))]
    }
    if (place.kinds.length === 0 && place.mistypedKinds.length === 0) {
      const summary = `${owner} does not say what to do: it has no kind`
      const next = [`add one of: ${place.known.join(', ')}`]
      return [planProblem(`missing-${place.what}-kind`, summary, next, source.locate(place.path))]
    }
    return []
  })
}
