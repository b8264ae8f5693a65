import type { Whereabouts } from '../../domain/event.ts'
import { count } from './gate.ts'

type InPlace = NonNullable<Whereabouts['inPlace']>[number]

/** Where a step's changes are, as a place. */
const PLACES: Readonly<Record<string, string>> = {
  kubernetes: 'in Kubernetes',
  nomad: 'in Nomad',
  traefik: "in the edge's file",
  host: 'on hosts',
}

/** What of this run is there, place by place: "in the edge's file: only-me, canary". */
export function inPlaceTexts(inPlace: readonly InPlace[]): readonly string[] {
  const places = [...new Set(inPlace.flatMap((each) => each.changes.map((change) => change.system)))]
  return places.map((system) => {
    const steps = inPlace.flatMap((each) => stepText(each, system))
    return `${PLACES[system] ?? `in ${system}`}: ${steps.join(', ')}`
  })
}

function stepText({ step, changes, unsettled }: InPlace, system: string): readonly string[] {
  const here = changes.filter((change) => change.system === system)
  if (here.length === 0) return []
  const remarks = [...(here.length > 1 ? [count(here.length, 'change')] : []), ...(unsettled ? ['perhaps in part, or not at all'] : [])]
  return [remarks.length === 0 ? step : `${step} (${remarks.join('; ')})`]
}
