import { siteOf } from '../../domain/plan.ts'
import type { Problem } from '../../domain/problem.ts'
import { ProblemError, toProblem } from '../../domain/problem.ts'
import type { Note, StepContext } from '../../domain/step-kind.ts'
import { visitSite } from '../../domain/visit-site.ts'
import { lookAtOldSide } from './old-side.ts'
import type { OldSide } from './old-side.ts'
import { orUnseen, unseenText } from './or-unseen.ts'
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
  readonly seen?: OldSide
  readonly throughProbe?: string
  /** Why visitors would not come to it. */
  readonly astray?: string
  /** Why nobody could look. */
  readonly unseen?: Problem
}
interface Proven {
  readonly how: string
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
    const looked = await orUnseen(() => lookDirectly(context, record, whyNotHome))
    if ('how' in looked) return { how: looked.how, probes: withProbe(notes, probe) }
    last = looked
    if (last.astray === undefined && (last.seen?.status === 'closed' || last.seen?.status === 'dead')) {
      const opened = (probe ??= await openProbe(context, record, notes, note))
      const through = await orUnseen(() => lookThrough(context, record, opened, whyNotHome))
      if ('how' in through) return { how: through.how, probes: withProbe(notes, probe) }
      last = { ...last, ...through }
    }
    const now = clock.monotonic()
    astraySince = last.astray === undefined ? undefined : (astraySince ?? now)
    if (astraySince !== undefined && now - astraySince >= PATIENCE_WITH_NOTHING_MS) break
    if (astraySince === undefined && now - began >= (last.seen?.status === 'gone' ? PATIENCE_WITH_NOTHING_MS : PATIENCE_MS)) break
    context.progress(`waiting for the old side to answer: ${evidenceOf(last)[0] ?? 'nothing was seen'}`)
    await clock.sleep(POLL_MS, context.signal)
  }
  throw new ProblemError(await giveUp(context, record, withProbe(notes, probe), last))
}

async function lookDirectly(
  context: StepContext<unknown>,
  record: SwitchRecord,
  whyNotHome: () => Promise<string | undefined>,
): Promise<Proven | Unproven> {
  const visited = await seenByVisitors(context, record)
  if (visited !== undefined && (await whyNotHome()) === undefined) return { how: visited }
  const seen = await lookAtOldSide(context, record)
  const astray = seen.status === 'gone' ? undefined : await whyNotHome()
  if (astray !== undefined) return { seen, astray }
  return seen.status === 'answers' ? { how: seen.reason } : { seen }
}

async function lookThrough(
  context: StepContext<unknown>,
  record: SwitchRecord,
  probe: SwitchNote,
  whyNotHome: () => Promise<string | undefined>,
): Promise<Proven | Unproven> {
  const throughProbe = await whyProbeFails(context, record, probe)
  if (throughProbe !== undefined) return { throughProbe }
  // The probe took its time.
  const astray = await whyNotHome()
  return astray === undefined ? { how: `the old side answered through the probe router ${probe.probe}` } : { astray }
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

/** What the last look saw, what says most first. */
const evidenceOf = ({ astray, throughProbe, unseen, seen }: Unproven): readonly string[] => [
  ...(astray === undefined ? [] : [astray]),
  ...(unseen === undefined ? [] : [unseenText(unseen)]),
  ...(throughProbe === undefined ? [] : [throughProbe]),
  ...(seen === undefined ? [] : [seen.reason, ...('evidence' in seen ? seen.evidence : [])]),
]

/** Takes the probes out of the file, and says why nothing was proven. */
async function giveUp(
  context: StepContext<unknown>,
  record: SwitchRecord,
  probes: readonly SwitchNote[],
  last: Unproven,
): Promise<Problem> {
  let leftover: readonly string[] = []
  try {
    await closeProbes(context, { original: originalFile(record) }, probes)
  } catch (thrown) {
    leftover = [
      `the probe router could not be removed: ${toProblem(thrown).summary}`,
      ...probes.map((each) => `remove http.routers.${each.probe} by hand`),
    ]
  }
  const details = [...evidenceOf(last), ...leftover]
  const problem =
    last.astray === undefined ? notProven(context, record, details, last.unseen) : noWayHome(context, record.replaced.name, details)
  return { ...problem, effect: leftover.length === 0 ? 'no' : 'unknown' }
}

const notProven = (
  { plan }: StepContext<unknown>,
  { replaced }: SwitchRecord,
  details: readonly string[],
  unseen: Problem | undefined,
): Problem => ({
  code: 'old-side-not-proven',
  summary: `the old side was not seen to answer ${siteOf(plan).url} as it should, so visitors stay where they are`,
  attempted: `prove ${replaced.name} before visitors return to it`,
  details,
  next: [
    ...(unseen?.next ?? []),
    'bring the old side back (is its Nomad job running? does the edge list it?), then roll back again',
    'or stay on the new side',
  ],
  effect: 'no',
})
