import type { Observation } from '../domain/observation.ts'
import { combine, inconclusive } from '../domain/observation.ts'
import type { StandingCheck, StepContext } from '../domain/step-kind.ts'

/** What finished steps say about one thing, as one observation. Nothing said is nothing seen. */
export async function observeStanding(context: StepContext<unknown>, about: StandingCheck['about']): Promise<Observation> {
  const checks = context.standing.filter((check) => check.about === about)
  if (checks.length === 0) return inconclusive(`no step up to ${context.step} has anything to check about ${about}`)
  return combine(await Promise.all(checks.map((check) => check.observe())))
}
