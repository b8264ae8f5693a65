import type { RunResult } from '../domain/event.ts'
import type { Problem } from '../domain/problem.ts'
import { toProblem } from '../domain/problem.ts'
import { currentState, progressOf } from '../domain/run-state.ts'
import type { Finding } from '../domain/step-kind.ts'
import { liveLook } from './live-look.ts'
import type { Goal } from './next.ts'
import { failed, finish } from './outcome.ts'
import type { Session } from './session.ts'
import { contextOf, isWithinReach } from './step-context.ts'

/** The journal says that the goal is reached, and this process has seen nothing of it: it looks before it says so too. */
export async function nothingToDo(session: Session, goal: Goal): Promise<RunResult> {
  const seen = await liveLook(session)
  for (const { what, observation } of seen) session.dependencies.emit({ type: 'looked', what, observation })
  const wrong = seen
    .filter(({ observation }) => observation.verdict !== 'pass')
    .map(({ what, observation }) => notStanding(session, what, observation.reason))
  const problems = [...wrong, ...(await movedByOthers(session))]
  if (problems.length > 0) return failed(session, problems)
  const result = await finish(session, goal)
  return result.outcome === 'done' ? { ...result, nothingToDo: true } : result
}

/** A journal that was lost, or another run's route: the steps that would still move visitors know whether these are where they begin. */
async function movedByOthers(session: Session): Promise<readonly Problem[]> {
  const moving = session.plan.steps.filter(
    (step) =>
      progressOf(session.state(), step.id).phase === 'pending' &&
      isWithinReach(session, step) &&
      session.traffic(step).forward.some((atom) => atom.do === 'route-add'),
  )
  const found = await Promise.all(
    moving.map(async (step) =>
      contextOf(session, step)
        .then((context) => session.kind(step).preflight(context))
        .catch((error: unknown): readonly Finding[] => [{ what: `step ${step.id}`, verdict: 'fail', problem: toProblem(error) }]),
    ),
  )
  return found
    .flat()
    .flatMap(({ what, verdict, problem }) => (verdict === 'fail' ? [notStanding(session, what, problem?.summary ?? 'not so')] : []))
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
