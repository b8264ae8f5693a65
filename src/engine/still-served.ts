import type { Observation } from '../domain/observation.ts'
import type { PlanStep } from '../domain/plan.ts'
import { progressOf } from '../domain/run-state.ts'
import type { Action } from './next.ts'
import { rollbackCommand } from './rollback-command.ts'
import type { Session } from './session.ts'
import { contextOf } from './step-context.ts'

/** How often it is looked, and how long between (milliseconds): a proxy takes a moment to forget a route. */
const ATTEMPTS = 5
const INTERVAL_MS = 1_000

/**
 * Why the undo of `step` must not take the new side down: visitors may be on it by a route that this run does not hold (another run's, a
 * person's), or it cannot be seen that they are not. Undefined: nothing stands in the way.
 */
export async function stillServed(session: Session, step: PlanStep): Promise<string | undefined> {
  const { back } = session.traffic(step)
  if (back === 'irreversible' || !back.some((atom) => atom.do === 'stop' && atom.side === 'new')) return undefined
  for (const moving of session.plan.steps) {
    const seen = progressOf(session.state(), moving.id).phase === 'pending' ? await unmoved(session, moving) : undefined
    if (seen !== undefined && seen.verdict !== 'pass') return seen.reason
  }
  return undefined
}

async function unmoved(session: Session, step: PlanStep): Promise<Observation | undefined> {
  const kind = session.kind(step)
  if (kind.nature !== 'acts' || !kind.unmoved) return undefined
  const { now } = session.dependencies.interrupt
  for (let attempt = 1; ; attempt++) {
    const seen = await kind.unmoved(await contextOf(session, step))
    if (seen.verdict === 'pass' || attempt === ATTEMPTS || now.aborted) return seen
    await session.ports.clock.sleep(INTERVAL_MS, now).catch(() => undefined)
  }
}

/** Says truly what of this step, and of the rollback, is undone. */
export const stillServedPause = (session: Session, step: PlanStep, served: string): Extract<Action, { do: 'pause' }> => ({
  do: 'pause',
  step: step.id,
  reason: `the undo of ${step.id} would take the new side down, and ${served}; ${movedSoFar(session, step)}`,
  evidence: [],
  next: [
    `move visitors back to the old side first, then: ${rollbackCommand(session.plan, session.state(), session.dependencies.process.arguments)}`,
  ],
})

function movedSoFar(session: Session, step: PlanStep): string {
  const state = session.state()
  const { phase, settlement } = progressOf(state, step.id)
  const half = (phase === 'undoing' || phase === 'undo-failed') && settlement?.status !== 'none'
  const undone = state.rollback?.undone ?? []
  if (half) return 'a part of it is undone already, the rest was left as it is'
  return undone.length === 0 ? 'nothing was moved' : `nothing of it was moved; undone before it: ${undone.join(', ')}`
}
