import type { Observation } from '../domain/observation.ts'
import { inconclusive } from '../domain/observation.ts'
import { toProblem } from '../domain/problem.ts'
import { visitSite } from '../domain/visit-site.ts'
import type { Session } from './session.ts'
import { standingNow } from './step-context.ts'

/** How long one look may take before `status` says that it could not see, milliseconds. */
const LOOK_TIMEOUT_MS = 8_000

/** One look at everything that should hold now: the site as a visitor, and what the finished steps keep up. */
export async function liveLook(session: Session): Promise<readonly { readonly what: string; readonly observation: Observation }[]> {
  const standing = await standingNow(session)
  const { plan, ports, files } = session
  const visitor = plan.site && {
    what: `${plan.site.url} as a visitor`,
    observe: () => visitSite({ plan, ports, files, signal: session.interrupt.now }),
  }
  return Promise.all(
    [...(visitor ? [visitor] : []), ...standing].map(async (check) => ({
      what: check.what,
      observation: await within(session, LOOK_TIMEOUT_MS, () => check.observe()),
    })),
  )
}

/** One look, for so long (milliseconds) and not beyond a person's "now": what was not seen by then could not be seen. */
export async function within(session: Session, ms: number, observe: () => Promise<Observation>): Promise<Observation> {
  const ended = new AbortController()
  const late = session.ports.clock
    .sleep(ms, AbortSignal.any([ended.signal, session.dependencies.interrupt.now]))
    .then(() => inconclusive('no answer in time'))
    .catch(() => inconclusive('no answer in time'))
  const seen = observe().catch((error: unknown) => inconclusive(`could not look: ${toProblem(error).summary}`))
  const first = await Promise.race([seen, late])
  ended.abort()
  return first
}
