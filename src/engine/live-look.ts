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
  const site = {
    what: `${session.plan.site.url} as a visitor`,
    observe: () => visitSite({ plan: session.plan, ports: session.ports, files: session.files, signal: session.interrupt.now }),
  }
  return Promise.all(
    [site, ...standing].map(async (check) => ({ what: check.what, observation: await bounded(session, () => check.observe()) })),
  )
}

async function bounded(session: Session, observe: () => Promise<Observation>): Promise<Observation> {
  const ended = new AbortController()
  const late = session.ports.clock
    .sleep(LOOK_TIMEOUT_MS, ended.signal)
    .then(() => inconclusive('no answer in time'))
    .catch(() => inconclusive('no answer in time'))
  const seen = observe().catch((error: unknown) => inconclusive(`could not look: ${toProblem(error).summary}`))
  const first = await Promise.race([seen, late])
  ended.abort()
  return first
}
