import type { ChangeSummary } from '../domain/records.ts'
import type { PlanStep } from '../domain/plan.ts'
import { isInItsGates } from '../domain/fold-step.ts'
import { progressOf } from '../domain/run-state.ts'
import type { Session } from './session.ts'

/** Whether an earlier process began the effect of a step, and nobody has seen it whole. */
export function wasCutShort(session: Session, step: PlanStep): boolean {
  const progress = progressOf(session.state(), step.id)
  const { phase } = progress
  const isHalf = phase === 'applying' || phase === 'apply-failed' || (phase === 'gate-failed' && !isInItsGates(progress))
  return isHalf && session.kind(step).nature === 'acts'
}

/** What it was begun for, by its intent: how much of that is there is seen when the run goes on. */
export function intendedChanges({ journal }: Session, { id }: PlanStep): readonly ChangeSummary[] {
  const intent = journal.entries.findLast(({ record }) => record.type === 'intent' && record.direction === 'apply' && record.step === id)
  return intent?.record.type === 'intent' && intent.record.direction === 'apply' ? intent.record.changes : []
}

export const CUT_SHORT = 'begun before, and not seen to be finished: what is left of these is done first'
