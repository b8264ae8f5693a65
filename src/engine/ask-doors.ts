import type { Side } from '../domain/observation.ts'
import { siteOf } from '../domain/plan.ts'
import type { SideDoors } from '../domain/side-doors.ts'
import { differences } from '../domain/site.ts'
import { askSite } from '../domain/visit-site.ts'
import type { Session } from './session.ts'
import { openDoors } from './step-context.ts'

/** How often each side is asked, at once: one of its servers may be well. */
const ANSWERS = 3
/** A side that has not answered by then does not: visitors wait for it as long, milliseconds. */
const LIMIT_MS = 5_000

/** Which side fails now and the other does not, asked through the doors; undefined where none is open, or it cannot be told. */
export async function failingSide(session: Session): Promise<Side | undefined> {
  if (session.plan.site === undefined) return undefined
  const doors = await openDoors(session).catch(() => undefined)
  if (doors === undefined) return undefined
  const [old, fresh] = await Promise.all([answersWell(session, doors, 'old'), answersWell(session, doors, 'new')])
  if (old === fresh) return undefined
  return old ? 'new' : 'old'
}

/** All of its answers are right. */
async function answersWell(session: Session, doors: SideDoors, side: Side): Promise<boolean> {
  const answers = await Promise.all(Array.from({ length: ANSWERS }, () => isRight(session, doors, side)))
  return answers.every(Boolean)
}

async function isRight(session: Session, doors: SideDoors, side: Side): Promise<boolean> {
  const { plan, files, ports } = session
  const { clock } = ports
  const ended = new AbortController()
  const late = clock.sleep(LIMIT_MS, ended.signal).then(
    () => false,
    () => false,
  )
  const asked = askSite({ plan, ports, files, signal: session.dependencies.interrupt.now }, doors[side].headers).then(
    (exchange) => differences(exchange, siteOf(plan).expect).length === 0,
    () => false,
  )
  const right = await Promise.race([asked, late])
  ended.abort()
  return right
}
