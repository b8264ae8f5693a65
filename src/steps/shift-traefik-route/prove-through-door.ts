import { siteOf } from '../../domain/plan.ts'
import { ProblemError } from '../../domain/problem.ts'
import { observeDoor } from '../open-traefik-route/observe.ts'
import type { OpenRecord } from '../open-traefik-route/record.ts'
import { siteRoute } from '../open-traefik-route/record.ts'
import { orUnseen, unseenText } from '../switch-traefik-route/or-unseen.ts'
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
    const looked = await orUnseen(() => lookOnce(context, record, answers, whyNotHome))
    if ('proven' in looked) return
    const now = clock.monotonic()
    const { why, next } = 'unseen' in looked ? { why: unseenText(looked.unseen), next: looked.unseen.next } : { ...looked, next: [] }
    const isAstray = 'astray' in looked
    astraySince = isAstray ? (astraySince ?? now) : undefined
    if (astraySince !== undefined && now - astraySince >= PATIENCE_ASTRAY_MS)
      throw new ProblemError(noWayHome(context, siteRoute(record).replaced.name, [why]))
    if (!isAstray && now - began >= PATIENCE_MS) throw notProven(context, record, why, next)
    context.progress(`waiting for the old side to answer: ${why}`)
    await clock.sleep(POLL_MS, context.signal)
  }
}

type Looked = { readonly proven: true } | { readonly why: string; readonly astray?: true }

async function lookOnce(
  context: ShiftContext,
  record: OpenRecord,
  answers: number,
  whyNotHome: () => Promise<string | undefined>,
): Promise<Looked> {
  const servers = (await context.ports.edge.service(record.services.old))?.servers.length ?? 0
  for (let answer = 0; answer < Math.max(answers, 2 * servers); answer++) {
    const seen = await observeDoor(context, record, 'old')
    if (seen.verdict !== 'pass') return { why: seen.reason }
  }
  const astray = await whyNotHome()
  return astray === undefined ? { proven: true } : { why: astray, astray: true }
}

const notProven = (context: ShiftContext, record: OpenRecord, why: string, next: readonly string[]): ProblemError =>
  new ProblemError({
    code: 'old-side-not-proven',
    summary: `the old side was not seen to answer ${siteOf(context.plan).url} as it should, so visitors stay where they are`,
    attempted: `prove ${siteRoute(record).replaced.name} before visitors return to it`,
    details: [why],
    next: [
      ...next,
      'bring the old side back (is its Nomad job running? does the edge list it?), then roll back again',
      'while it is away: run looks at both sides, and where Kubernetes is well takes the visitors who share it off the old side',
    ],
    effect: 'no',
  })
