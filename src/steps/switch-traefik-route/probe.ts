import { siteOf } from '../../domain/plan.ts'
import type { EdgeRouter, RemoteFile, RouterDefinition } from '../../domain/ports/index.ts'
import { differences } from '../../domain/site.ts'
import type { Note, StepContext } from '../../domain/step-kind.ts'
import { askSite } from '../../domain/visit-site.ts'
import { recorded } from '../recorded.ts'
import { editFile } from './apply.ts'
import { questions, routerNamed, whyNotWinner } from './question.ts'
import { inFile, PROBE_HEADER, qualify } from './record.ts'
import type { SwitchNote, SwitchRecord } from './record.ts'
import { whyNotLoaded } from './verify.ts'

/** Answers in a row: more than one, because a service with several servers takes turns. */
const ANSWERS = 3

/**
 * The old side's own route, open only to who knows the secret: same service, TLS and middlewares as the replaced router, above ours. Its
 * note is on disk before it is in the file, so that no crash can leave it there unknown.
 */
export async function openProbe(
  context: StepContext<unknown>,
  record: SwitchRecord,
  notes: readonly SwitchNote[],
  note: Note<SwitchNote>,
): Promise<SwitchNote> {
  const probe = notes.at(-1) ?? newProbe(context, record)
  if (!notes.includes(probe)) await note(probe)
  await editFile(context, (config) => {
    const { status } = context.ports.edge.owned(config, 'routers', probe.probe, probe.definition)
    return status === 'absent' ? context.ports.edge.edit(config, { add: { routers: { [probe.probe]: probe.definition } } }) : undefined
  })
  return probe
}

function newProbe({ plan, runId, ports }: StepContext<unknown>, { replaced, definition }: SwitchRecord): SwitchNote {
  const secret = ports.randomHex(16)
  const router: RouterDefinition = {
    rule: `Host(\`${new URL(siteOf(plan).url).hostname}\`) && Header(\`${PROBE_HEADER}\`, \`${secret}\`)`,
    service: qualify(replaced.service, replaced.provider),
    entryPoints: definition.entryPoints,
    priority: definition.priority + 1_000,
    ...(replaced.middlewares &&
      replaced.middlewares.length > 0 && { middlewares: replaced.middlewares.map((each) => qualify(each, replaced.provider)) }),
    ...(definition.tls !== undefined && { tls: definition.tls }),
  }
  return recorded<SwitchNote>({
    probe: `jmc-migrate-probe-${runId
      .replace(/[^A-Za-z0-9]/g, '')
      .slice(-8)
      .toLowerCase()}`,
    secret,
    definition: router,
  })
}

/** Why the old side is not proven through the probe (yet); undefined once it is. Without the API's word that the probe wins, an answer proves nothing. */
export async function whyProbeFails(context: StepContext<unknown>, record: SwitchRecord, probe: SwitchNote): Promise<string | undefined> {
  const { edge } = context.ports
  const routers: readonly EdgeRouter[] = await edge.routers()
  const notLoaded = whyNotLoaded(routerNamed(routers, inFile(probe.probe)), probe.probe, probe.definition)
  if (notLoaded !== undefined) return notLoaded.reason
  const headers = { [PROBE_HEADER]: probe.secret }
  const notWinning = whyNotWinner(edge, routers, questions(context.plan, record.definition.entryPoints, headers), inFile(probe.probe))
  if (notWinning !== undefined) return notWinning
  const answers = Math.max(ANSWERS, 2 * ((await edge.service(probe.definition.service))?.servers.length ?? 0))
  for (let i = 0; i < answers; i++) {
    const wrong = differences(await askSite(context, headers), siteOf(context.plan).expect)
    if (wrong.length > 0) return `through the probe router: ${wrong.join('; ')}`
  }
  return undefined
}

/** Takes our probes out of the file again; a router of that name with other content is not ours. */
export async function closeProbes(
  context: StepContext<unknown>,
  record: { readonly original: RemoteFile },
  notes: readonly SwitchNote[],
): Promise<void> {
  const { edge } = context.ports
  await editFile(context, (config) => {
    const names = notes
      .filter((each) => edge.owned(config, 'routers', each.probe, each.definition).status === 'ours')
      .map((each) => each.probe)
    return names.length === 0 ? undefined : edge.edit(config, { remove: { routers: names }, original: record.original })
  })
}
