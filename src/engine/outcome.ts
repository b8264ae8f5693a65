import type { RunResult } from '../domain/event.ts'
import type { PlanStep } from '../domain/plan.ts'
import type { Problem } from '../domain/problem.ts'
import { currentState } from '../domain/run-state.ts'
import type { Action, Goal } from './next.ts'
import { rollbackCommand } from './rollback-command.ts'
import type { Session } from './session.ts'

/** All that the goal asks for is done. */
export async function finish(session: Session, goal: Goal): Promise<RunResult> {
  const state = currentState(session.state(), session.plan.states[0])
  const { bundle, finished } = session.state()
  if (goal.do === 'run' && finished?.state !== state) await session.record({ type: 'run-finished', state })
  return { outcome: 'done', state, ...(bundle && { bundle: bundle.path }) }
}

/** Stands still on purpose: recorded, with what a person can do. */
export async function pause(session: Session, action: Extract<Action, { do: 'pause' }>): Promise<RunResult> {
  const { step, reason, evidence } = action
  const path = session.dependencies.process.arguments
  const next =
    action.next.length > 0
      ? action.next
      : [
          `look: jmc-migrate status ${path}`,
          `try this step again: jmc-migrate run ${path}`,
          `go back: ${rollbackCommand(session.plan, session.state(), path)}`,
        ]
  await session.record({ type: 'paused', reason, evidence, next, ...(step !== undefined && { step }) })
  const state = currentState(session.state(), session.plan.states[0])
  return { outcome: 'paused', state, reason, evidence, next, ...(step !== undefined && { step }) }
}

export const failed = (session: Session, problems: readonly Problem[]): RunResult => ({
  outcome: 'failed',
  state: currentState(session.state(), session.plan.states[0]),
  problems,
})

export const gateProblem = (step: PlanStep, reason: string, evidence: readonly string[]): Problem => ({
  code: 'step-failed',
  summary: `step ${step.id} failed: ${reason}`,
  details: evidence,
  next: ['nothing of it is left; mend the cause and run again'],
})

export function interrupted(session: Session): RunResult {
  const state = currentState(session.state(), session.plan.states[0])
  return { outcome: 'interrupted', state, signal: session.dependencies.interrupt.signalName() }
}
