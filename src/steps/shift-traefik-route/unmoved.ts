import type { Observation } from '../../domain/observation.ts'
import { pass } from '../../domain/observation.ts'
import type { OpenSpec } from '../open-traefik-route/record.ts'
import { observeUnmoved } from '../switch-traefik-route/unmoved.ts'
import { openingStep } from './earlier.ts'
import type { ShiftContext } from './record.ts'

/** No router that may answer the site's visitors leads to the new side of the route that was opened before this step, not even in part. */
export async function observeVisitorsElsewhere(context: Pick<ShiftContext, 'plan' | 'step' | 'ports'>): Promise<Observation> {
  const { steps } = context.plan
  const opening = openingStep(
    steps.slice(
      0,
      steps.findIndex((each) => each.id === context.step),
    ),
  )
  return opening === undefined ? pass('no route is opened') : observeUnmoved(context, opening.spec as OpenSpec)
}
