import type { ClosedDoor } from '../domain/door-proof.ts'
import { whyDoorsNotProven } from '../domain/door-proof.ts'
import type { Side } from '../domain/observation.ts'
import { siteOf } from '../domain/plan.ts'
import type { SideDoors } from '../domain/side-doors.ts'
import { differences } from '../domain/site.ts'
import { askSite, sitePath } from '../domain/visit-site.ts'
import type { Session } from './session.ts'
import { openDoors } from './step-context.ts'

/** How often each side is asked, at once: one of its servers may be well. */
const ANSWERS = 3
/** What has not answered by then does not: visitors wait for it as long, milliseconds. */
const LIMIT_MS = 5_000

/** Which side fails now and the other does not, asked through the doors; undefined where none is open, or it cannot be told. */
export async function failingSide(session: Session): Promise<Side | undefined> {
  if (session.plan.site === undefined) return undefined
  const doors = await openDoors(session).catch(() => undefined)
  if (doors === undefined) return undefined
  // Visitors wait: both are asked at once, and asking through a door that is closed harms nobody.
  const asked = [closedDoors(session, doors), answersWell(session, doors, 'old'), answersWell(session, doors, 'new')] as const
  const [closed, oldAnswers, newAnswers] = await Promise.all(asked)
  // A request through a door that is not loaded goes the way of every visitor: it says nothing of one side.
  if (closed.some(({ errors, uncertain }) => errors === undefined && uncertain !== true)) return undefined
  const isDisabled = (side: Side): boolean => closed.some((each) => each.side === side && each.errors !== undefined)
  const [old, fresh] = [oldAnswers && !isDisabled('old'), newAnswers && !isDisabled('new')]
  if (old === fresh) return undefined
  return old ? 'new' : 'old'
}

/** Where the edge's API cannot be read in time, what the doors answer must do. */
function closedDoors(session: Session, doors: SideDoors): Promise<readonly ClosedDoor[]> {
  const { plan, ports } = session
  return inTime(session, whyDoorsNotProven({ plan, ports }, doors, [sitePath(plan)]), [])
}

/** All of its answers are right. */
async function answersWell(session: Session, doors: SideDoors, side: Side): Promise<boolean> {
  const answers = await Promise.all(Array.from({ length: ANSWERS }, () => isRight(session, doors, side)))
  return answers.every(Boolean)
}

function isRight(session: Session, doors: SideDoors, side: Side): Promise<boolean> {
  const { plan, files, ports } = session
  const asked = askSite({ plan, ports, files, signal: session.dependencies.interrupt.now }, doors[side].headers)
  return inTime(
    session,
    asked.then((exchange) => differences(exchange, siteOf(plan).expect).length === 0),
    false,
  )
}

/** What the work comes to, or `otherwise` where it fails or takes too long. */
async function inTime<Result>({ ports: { clock } }: Session, work: Promise<Result>, otherwise: Result): Promise<Result> {
  const ended = new AbortController()
  const late = clock.sleep(LIMIT_MS, ended.signal).then(
    () => otherwise,
    () => otherwise,
  )
  const result = await Promise.race([work.catch(() => otherwise), late])
  ended.abort()
  return result
}
