import type { Observation } from '../domain/observation.ts'
import { combine, inconclusive } from '../domain/observation.ts'
import { visitSite } from '../domain/visit-site.ts'
import type { VisitorShare, VisitorsNow } from '../domain/visitors.ts'
import { ALL_ON_OLD } from '../domain/visitors.ts'
import { lastVerified } from './last-verified.ts'
import { within } from './live-look.ts'
import type { Session } from './session.ts'
import { contextOf } from './step-context.ts'
import { movesVisitors, routesOf } from './visitor-routes.ts'

/** How long the look may take: the person waits for the last line, milliseconds. */
const LOOK_TIMEOUT_MS = 5_000

/**
 * Where visitors are, asked of the edge and as one visitor. Whatever step the run is in the middle of, only what is seen to be so is said: the routes
 * of its steps are asked after, the latest first, then whether no route leads to the new side. Undefined: no step of the plan moves visitors.
 */
export async function visitorsNow(session: Session): Promise<VisitorsNow | undefined> {
  if (!session.plan.steps.some((step) => movesVisitors(session, step))) return undefined
  // A record of it that cannot be read is no reason to lose how the command ended.
  const last = await lastVerified(session).catch(() => undefined)
  const unseen = (why: string): VisitorsNow => ({ seen: false, why, ...(last && { last }) })
  const { now } = session.dependencies.interrupt
  if (now.aborted) return unseen('stopped at once, before anybody looked')
  const { plan, ports, files } = session
  let found: { readonly share: VisitorShare; readonly how: string } | undefined
  const look = async (): Promise<Observation> => {
    const seen = await firstThatHolds(session)
    if (seen.observation.verdict === 'pass') found = { share: seen.share, how: seen.observation.reason }
    return seen.observation
  }
  const [route, answer] = await Promise.all([
    within(session, LOOK_TIMEOUT_MS, look),
    within(session, LOOK_TIMEOUT_MS, () => visitSite({ plan, ports, files, signal: now })),
  ])
  if (found === undefined || route.verdict !== 'pass') return unseen(route.reason)
  const { verdict, reason } = answer
  return { seen: true, at: ports.clock.now(), ...found, answer: { verdict, reason } }
}

interface Candidate {
  readonly share: VisitorShare
  observe(): Promise<Observation>
}
interface Seen {
  readonly share: VisitorShare
  readonly observation: Observation
}

/** The first that is so; where none is, the first of all: it is what should have been. */
async function firstThatHolds(session: Session): Promise<Seen> {
  let wanted: Seen | undefined
  for (const candidate of await candidates(session)) {
    const seen = { share: candidate.share, observation: await candidate.observe() }
    if (seen.observation.verdict === 'pass') return seen
    wanted ??= seen
  }
  return wanted ?? { share: ALL_ON_OLD, observation: { verdict: 'inconclusive', reason: 'no step of the plan can tell' } }
}

async function candidates(session: Session): Promise<readonly Candidate[]> {
  const routes: Candidate[] = []
  for (const step of session.plan.steps.toReversed())
    for (const check of await routesOf(session, step)) routes.push({ share: check.share, observe: () => check.observe() })
  return [...routes, { share: ALL_ON_OLD, observe: () => nobodyMoved(session) }]
}

/** No step's way leads visitors to the new side, whoever may have written it. */
async function nobodyMoved(session: Session): Promise<Observation> {
  const looks = session.plan.steps
    .filter((each) => movesVisitors(session, each))
    .map(async (step) => {
      const kind = session.kind(step)
      return kind.nature === 'acts' ? kind.unmoved?.(await contextOf(session, step)) : undefined
    })
  const seen = (await Promise.all(looks)).filter((each) => each !== undefined)
  if (seen.length === 0) return inconclusive('no step of the plan can tell')
  const all = combine(seen)
  const nowhere = seen.find((each) => each.verdict === 'pass' && each.nowhere === true)
  if (all.verdict === 'pass' && nowhere) return inconclusive(nowhere.reason)
  return { ...all, reason: [...new Set(seen.filter(({ verdict }) => verdict === all.verdict).map(({ reason }) => reason))].join('; ') }
}
