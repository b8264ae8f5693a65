import type { Plan, PlanStep } from '../../domain/plan.ts'
import { ProblemError } from '../../domain/problem.ts'
import type { OpenRecord, OpenSpec, RouteSet } from '../open-traefik-route/record.ts'
import { NOTHING } from '../open-traefik-route/record.ts'
import { doorsOf } from '../open-traefik-route/route-set.ts'
import type { OpenedRoute, ShiftContext, ShiftRecord, ShiftSpec } from './record.ts'

export const OPEN_KIND = 'open-traefik-route'
export const SHIFT_KIND = 'shift-traefik-route'

/** The step that opened the route which a step at this place shares out; undefined: none did. */
export const openingStep = (before: readonly PlanStep[]): PlanStep | undefined => before.findLast((each) => each.kind === OPEN_KIND)

/** Portions of the same route before this place, in order. */
export function portionsBefore(before: readonly PlanStep[]): readonly PlanStep[] {
  const from = before.findLastIndex((each) => each.kind === OPEN_KIND)
  return from === -1 ? [] : before.slice(from).filter((each) => each.kind === SHIFT_KIND)
}

export const sendOf = (step: PlanStep): ShiftSpec['send'] => (step.spec as ShiftSpec).send

const stepsBefore = (plan: Plan, id: string): readonly PlanStep[] =>
  plan.steps.slice(
    0,
    plan.steps.findIndex((each) => each.id === id),
  )

/** What the opening step left; rejects where its effect is not there (or could not be previewed). */
export function openedRoute({ plan, step, earlier }: Pick<ShiftContext, 'plan' | 'step' | 'earlier'>): OpenedRoute {
  const opening = openingStep(stepsBefore(plan, step))
  const record = opening && earlier.get(opening.id)
  if (opening === undefined || record === undefined) {
    throw new ProblemError({
      code: 'route-not-open',
      summary: `step ${step} shares out a route that is not open${opening === undefined ? '' : `: step ${opening.id} is not done`}`,
      next: [opening === undefined ? `add a step of kind ${OPEN_KIND} before it` : `see what is wrong with step ${opening.id}`],
      effect: 'no',
    })
  }
  // The record is what the same family's step saved; nobody else writes under its id.
  return { step: opening.id, spec: opening.spec as OpenSpec, record: record as OpenRecord }
}

/** What the file holds of ours before this step: what the portion before it left, or the doors alone. */
export function setBefore(context: Pick<ShiftContext, 'plan' | 'step' | 'earlier'>, { record }: OpenedRoute): RouteSet {
  const last = portionsBefore(stepsBefore(context.plan, context.step))
    .map((each) => context.earlier.get(each.id) as ShiftRecord | undefined)
    .findLast((each) => each !== undefined)
  return last?.after ?? doorsOf(record)
}

/**
 * Where the undo of this step leads: straight to what the whole rollback wants of the route. Visitors are not walked back through every portion
 * to a side that may be failing.
 */
export function homeSet(context: Pick<ShiftContext, 'plan' | 'step' | 'earlier' | 'undoing'>, record: ShiftRecord): RouteSet {
  if (context.undoing.has(record.opened.step)) return NOTHING
  const first = firstToUndo(context)
  const earliest = first && (context.earlier.get(first.id) as ShiftRecord | undefined)
  return earliest?.before ?? record.before
}

/** The earliest portion before this step that the rollback under way undoes too. */
export const firstToUndo = ({ plan, step, undoing }: Pick<ShiftContext, 'plan' | 'step' | 'undoing'>): PlanStep | undefined =>
  portionsBefore(stepsBefore(plan, step)).find((each) => undoing.has(each.id))
