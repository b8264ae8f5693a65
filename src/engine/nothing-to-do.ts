import type { RunResult } from '../domain/event.ts'
import type { Problem } from '../domain/problem.ts'
import { currentState } from '../domain/run-state.ts'
import { liveLook } from './live-look.ts'
import type { Goal } from './next.ts'
import { failed, finish } from './outcome.ts'
import type { Session } from './session.ts'

/** The journal says that the goal is reached, and this process has seen nothing of it: it looks before it says so too. */
export async function nothingToDo(session: Session, goal: Goal): Promise<RunResult> {
  const seen = await liveLook(session)
  for (const { what, observation } of seen) session.dependencies.emit({ type: 'looked', what, observation })
  const wrong = seen.filter(({ observation }) => observation.verdict !== 'pass')
  if (wrong.length > 0) {
    return failed(
      session,
      wrong.map(({ what, observation }) => notStanding(session, what, observation.reason)),
    )
  }
  const result = await finish(session, goal)
  return result.outcome === 'done' ? { ...result, nothingToDo: true } : result
}

function notStanding(session: Session, what: string, reason: string): Problem {
  const state = currentState(session.state(), session.plan.states[0])
  return {
    code: 'reached-but-not-well',
    summary: `there is nothing to do, ${state} was reached before, but it does not look well: ${what}: ${reason}`,
    next: [`jmc-migrate status ${session.dependencies.process.arguments}   # where the run is, and a fresh look`],
    effect: 'no',
  }
}
