import { siteOf } from '../../domain/plan.ts'
import { ProblemError } from '../../domain/problem.ts'
import { observeDoor } from '../open-traefik-route/observe.ts'
import type { OpenRecord } from '../open-traefik-route/record.ts'
import { siteRoute } from '../open-traefik-route/record.ts'
import { noWayHome } from '../switch-traefik-route/way-home.ts'
import type { ShiftContext } from './record.ts'

/** Right answers in a row. After a wrong one twice as many, up to the most: a side that fails now and then must not pass by luck. */
const ANSWERS = 10
const MOST_ANSWERS = 80
const PATIENCE_MS = 60_000
/** Another router in the way seldom goes by itself. */
const PATIENCE_ASTRAY_MS = 20_000
const POLL_MS = 500

/**
 * While the route is shared the old side's door is open: no router has to be written to prove it. `whyNotHome` says why visitors would land
 * somewhere else, however well the old side is: a door stands above what is in their way. Rejects with `old-side-not-proven`.
 */
export async function proveThroughDoor(
  context: ShiftContext,
  record: OpenRecord,
  whyNotHome: () => Promise<string | undefined>,
): Promise<void> {
  const { clock } = context.ports
  const began = clock.monotonic()
  let astraySince: number | undefined
  for (let answers = ANSWERS; ; answers = Math.min(2 * answers, MOST_ANSWERS)) {
    const why = await whyNotProven(context, record, answers)
    const astray = why === undefined ? await whyNotHome() : undefined
    if (why === undefined && astray === undefined) return
    const now = clock.monotonic()
    astraySince = astray === undefined ? undefined : (astraySince ?? now)
    if (astray !== undefined && now - (astraySince ?? now) >= PATIENCE_ASTRAY_MS)
      throw new ProblemError(noWayHome(context, siteRoute(record).replaced.name, [astray]))
    if (why !== undefined && now - began >= PATIENCE_MS) throw notProven(context, record, why)
    context.progress(`waiting for the old side to answer: ${astray ?? why}`)
    await clock.sleep(POLL_MS, context.signal)
  }
}

async function whyNotProven(context: ShiftContext, record: OpenRecord, answers: number): Promise<string | undefined> {
  const servers = (await context.ports.edge.service(record.services.old))?.servers.length ?? 0
  for (let answer = 0; answer < Math.max(answers, 2 * servers); answer++) {
    const seen = await observeDoor(context, record, 'old')
    if (seen.verdict !== 'pass') return seen.reason
  }
  return undefined
}

const notProven = (context: ShiftContext, record: OpenRecord, why: string): ProblemError =>
  new ProblemError({
    code: 'old-side-not-proven',
    summary: `the old side was not seen to answer ${siteOf(context.plan).url} as it should, so visitors stay where they are`,
    attempted: `prove ${siteRoute(record).replaced.name} before visitors return to it`,
    details: [why],
    next: [
      'bring the old side back (is its Nomad job running? does the edge list it?), then roll back again',
      'while it is away: run looks at both sides, and where Kubernetes is well takes the visitors who share it off the old side',
    ],
    effect: 'no',
  })
