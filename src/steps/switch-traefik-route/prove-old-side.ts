import { siteOf } from '../../domain/plan.ts'
import type { Problem } from '../../domain/problem.ts'
import { ProblemError, toProblem } from '../../domain/problem.ts'
import type { Note, StepContext } from '../../domain/step-kind.ts'
import { visitSite } from '../../domain/visit-site.ts'
import { lookAtOldSide } from './old-side.ts'
import type { OldSide } from './old-side.ts'
import { closeProbes, openProbe, whyProbeFails } from './probe.ts'
import { questions, whyNotWinner } from './question.ts'
import { originalFile } from './record.ts'
import type { SwitchNote, SwitchRecord } from './record.ts'
import { noWayHome } from './way-home.ts'

/** A job that was just started again is in the catalog after up to 15 s (facts: Traefik 20), and needs a moment to answer. */
const PATIENCE_MS = 60_000
/** When even then the edge has never seen a server of it, or another router stands in the way, there is nothing to wait for. */
const PATIENCE_WITH_NOTHING_MS = 20_000
const POLL_MS = 500

/** The last look of those that proved nothing. */
interface Unproven {
  readonly seen: OldSide
  readonly throughProbe?: string
  /** Why visitors would not come to it. */
  readonly astray?: string
}

/**
 * Resolves with how it was proven, and the notes of probes that are in the file; rejects with `old-side-not-proven`, probes removed and nothing
 * moved. `whyNotHome` says why visitors would land somewhere else, however well the old side is: a direct question and a probe go past that.
 */
export async function proveOldSide(
  context: StepContext<unknown>,
  record: SwitchRecord,
  notes: readonly SwitchNote[],
  note: Note<SwitchNote>,
  whyNotHome: () => Promise<string | undefined>,
): Promise<{ readonly how: string; readonly probes: readonly SwitchNote[] }> {
  const { clock } = context.ports
  const began = clock.monotonic()
  let probe: SwitchNote | undefined
  let last: Unproven
  let astraySince: number | undefined
  for (;;) {
    const visited = await seenByVisitors(context, record)
    if (visited !== undefined && (await whyNotHome()) === undefined) return { how: visited, probes: withProbe(notes, probe) }
    const seen = await lookAtOldSide(context, record)
    const astray = seen.status === 'gone' ? undefined : await whyNotHome()
    last = { seen, ...(astray !== undefined && { astray }) }
    if (seen.status === 'answers' && astray === undefined) return { how: seen.reason, probes: withProbe(notes, probe) }
    if ((seen.status === 'closed' || seen.status === 'dead') && astray === undefined) {
      probe ??= await openProbe(context, record, notes, note)
      const throughProbe = await whyProbeFails(context, record, probe)
      // The probe took its time.
      const since = throughProbe === undefined ? await whyNotHome() : undefined
      if (throughProbe === undefined && since === undefined)
        return { how: `the old side answered through the probe router ${probe.probe}`, probes: withProbe(notes, probe) }
      last = { seen, ...(throughProbe !== undefined && { throughProbe }), ...(since !== undefined && { astray: since }) }
    }
    const now = clock.monotonic()
    astraySince = last.astray === undefined ? undefined : (astraySince ?? now)
    if (astraySince !== undefined && now - astraySince >= PATIENCE_WITH_NOTHING_MS) break
    if (astraySince === undefined && now - began >= (seen.status === 'gone' ? PATIENCE_WITH_NOTHING_MS : PATIENCE_MS)) break
    context.progress(`waiting for the old side to answer: ${last.astray ?? last.throughProbe ?? seen.reason}`)
    await clock.sleep(POLL_MS, context.signal)
  }
  await giveUp(context, record, withProbe(notes, probe), last)
  throw new Error('unreachable')
}

/** Where visitors never left the old side (our route was not loaded, or is disabled), what they see is the proof. */
async function seenByVisitors(context: StepContext<unknown>, record: SwitchRecord): Promise<string | undefined> {
  const { edge } = context.ports
  const asked = questions(context.plan, record.definition.entryPoints)
  if (whyNotWinner(edge, await edge.routers(), asked, record.replaced.name) !== undefined) return undefined
  const seen = await visitSite(context, 'old')
  return seen.verdict === 'pass' ? `visitors are on ${record.replaced.name}, and ${seen.reason}` : undefined
}

const withProbe = (notes: readonly SwitchNote[], probe: SwitchNote | undefined): readonly SwitchNote[] =>
  probe === undefined || notes.includes(probe) ? notes : [...notes, probe]

async function giveUp(context: StepContext<unknown>, record: SwitchRecord, probes: readonly SwitchNote[], last: Unproven): Promise<never> {
  const evidence = [
    ...(last.astray === undefined ? [] : [last.astray]),
    last.seen.reason,
    ...('evidence' in last.seen ? last.seen.evidence : []),
    ...(last.throughProbe === undefined ? [] : [last.throughProbe]),
  ]
  let leftover: readonly string[] = []
  try {
    await closeProbes(context, { original: originalFile(record) }, probes)
  } catch (thrown) {
    leftover = [
      `the probe router could not be removed: ${toProblem(thrown).summary}`,
      ...probes.map((each) => `remove http.routers.${each.probe} by hand`),
    ]
  }
  const details = [...evidence, ...leftover]
  const problem = last.astray === undefined ? notProven(context, record, details) : noWayHome(context, record.replaced.name, details)
  throw new ProblemError({ ...problem, effect: leftover.length === 0 ? 'no' : 'unknown' })
}

const notProven = ({ plan }: StepContext<unknown>, { replaced }: SwitchRecord, details: readonly string[]): Problem => ({
  code: 'old-side-not-proven',
  summary: `the old side was not seen to answer ${siteOf(plan).url} as it should, so visitors stay where they are`,
  attempted: `prove ${replaced.name} before visitors return to it`,
  details,
  next: ['bring the old side back (is its Nomad job running? does the edge list it?), then roll back again', 'or stay on the new side'],
  effect: 'no',
})
