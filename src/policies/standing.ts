import type { PolicySubjects } from '../domain/policy.ts'
import { imagesOf } from './images-named.ts'
import type { ObjectNames } from './names.ts'

/**
 * Whether all that a finding about this object is about is there already, sent by steps that have begun: refusing it would only bar what is still to come, a way
 * back of visitors for example.
 */
export function standingAmong({ standing, objects, charts }: PolicySubjects, names: ObjectNames): (object: string) => boolean {
  if (standing === undefined || standing.size === 0) return () => false
  const stands = ({ step }: { readonly step: string }): boolean => standing.has(step)
  const whole = [...objects, ...charts].every(stands)
  return (name) => {
    const meant = [
      ...names.withId(name),
      ...charts.filter(({ chart }) => chart === name),
      ...objects.filter(({ object }) => imagesOf(object).includes(name)),
    ]
    return meant.length === 0 ? whole : meant.every(stands)
  }
}
