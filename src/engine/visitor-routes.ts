import type { PlanStep } from '../domain/plan.ts'
import { isUntouched, progressOf } from '../domain/run-state.ts'
import type { StandingCheck } from '../domain/step-kind.ts'
import type { VisitorShare } from '../domain/visitors.ts'
import type { Session } from './session.ts'
import { contextOf } from './step-context.ts'

export const movesVisitors = (session: Session, step: PlanStep): boolean =>
  session.traffic(step).forward.some((atom) => atom.do === 'route-add')

/** A check of the visitors' route that says where they are while it holds. */
export type RouteCheck = StandingCheck & { readonly share: VisitorShare }

/** What a step says of the visitors' route once its effect is there, whether it is by the journal or not; nothing where no record of it is kept. */
export async function routesOf(session: Session, step: PlanStep): Promise<readonly RouteCheck[]> {
  const kind = session.kind(step)
  const progress = progressOf(session.state(), step.id)
  const touched = !isUntouched(session.state(), step.id) && progress.undoRecord !== undefined
  if (!touched || kind.nature !== 'acts' || !kind.standing) return []
  const standing = kind.standing.bind(kind)
  const context = await contextOf(session, step, true)
  const undoRecord = await session.undoRecord(step.id)
  // In the middle of a relief the route may be as before it, or as after it.
  const either = session.state().relief?.step === step.id ? [context, { ...context, relieved: context.relieved !== true }] : [context]
  const checks = either.flatMap((each) => standing(each, undoRecord, progress.notes))
  return checks.filter((check): check is RouteCheck => check.share !== undefined)
}
