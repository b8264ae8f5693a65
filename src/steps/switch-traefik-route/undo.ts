import { combine, pass, pending } from '../../domain/observation.ts'
import type { Observation } from '../../domain/observation.ts'
import { look } from '../../domain/look.ts'
import { ProblemError } from '../../domain/problem.ts'
import type { DynamicConfig } from '../../domain/ports/index.ts'
import type { Note, Settlement, Undo } from '../../domain/step-kind.ts'
import { visitSite } from '../../domain/visit-site.ts'
import { editFile, unfinishedWrite } from './apply.ts'
import { proveOldSide } from './prove-old-side.ts'
import { questions, whyNotWinner } from './question.ts'
import { inFile, originalFile, whereIs } from './record.ts'
import type { SwitchContext, SwitchNote, SwitchRecord, SwitchSpec } from './record.ts'
import { settling } from '../settling.ts'
import { whyNotHome } from './way-home.ts'

export const undoSwitch: Undo<SwitchSpec, SwitchRecord, SwitchNote> = {
  apply,
  settle: (...asked) => settling(() => settle(...asked)),
  verify,
  manual,
}

/** Proves the old side, then takes our router (and the probe that helped) out of the file in one write. */
async function apply(context: SwitchContext, record: SwitchRecord, notes: readonly SwitchNote[], note: Note<SwitchNote>): Promise<void> {
  const config = await context.ports.edge.read()
  const { ours, probes, other } = keysIn(context, config, record, notes)
  if (other) throw new ProblemError(notOurs(context, config, record))
  const proof = ours
    ? await proveOldSide(context, record, notes, note, () => astray(context, record))
    : { how: 'visitors never left it', probes }
  if (ours) context.progress(`the old side is proven: ${proof.how}`)
  await editFile(context, (now) => {
    const found = keysIn(context, now, record, proof.probes)
    if (found.other) throw new ProblemError(notOurs(context, now, record))
    const names = [...(found.ours ? [record.name] : []), ...found.probes.map((each) => each.probe)]
    return names.length === 0 ? undefined : context.ports.edge.edit(now, { remove: { routers: names }, original: originalFile(record) })
  })
}

/** Why visitors would not come to the replaced router if ours were gone. Probes are for no visitor. */
const astray = (context: SwitchContext, { name, definition, replaced }: SwitchRecord): Promise<string | undefined> =>
  whyNotHome(context, [inFile(name)], [{ asked: questions(context.plan, definition.entryPoints), replaced: replaced.name }])

/** Which of our keys the file holds. */
function keysIn({ ports: { edge } }: SwitchContext, config: DynamicConfig, record: SwitchRecord, notes: readonly SwitchNote[]) {
  const own = edge.owned(config, 'routers', record.name, record.definition).status
  return {
    ours: own === 'ours',
    other: own === 'other',
    probes: notes.filter((each) => edge.owned(config, 'routers', each.probe, each.definition).status === 'ours'),
  }
}

async function settle(context: SwitchContext, record: SwitchRecord, notes: readonly SwitchNote[]): Promise<Settlement> {
  const config = await context.ports.edge.read()
  const { ours, other, probes } = keysIn(context, config, record, notes)
  if (other) return { status: 'foreign', reason: notOurs(context, config, record).summary }
  const cutShort = unfinishedWrite(config)
  if (cutShort) return cutShort
  if (ours && probes.length === 0) return { status: 'none' }
  return probes.length === 0
    ? { status: 'done' }
    : { status: 'partial', reason: `the probe router ${probes[0]?.probe} is still in the file` }
}

/** Traefik no longer has our router, the replaced one wins, a visitor sees the site, and the file is free of us. */
async function verify(context: SwitchContext, record: SwitchRecord, notes: readonly SwitchNote[]): Promise<Observation> {
  const routed = await look('the routers of the edge', () => observeRouters(context, record, notes))
  if (routed.verdict !== 'pass') return routed
  const seen = await visitSite(context, 'old')
  if (seen.verdict !== 'pass') return seen
  return combine([routed, seen, await look('the dynamic file', () => observeFile(context, record, notes))])
}

async function observeRouters(context: SwitchContext, record: SwitchRecord, notes: readonly SwitchNote[]): Promise<Observation> {
  const routers = await context.ports.edge.routers()
  const mine = [record.name, ...notes.map((each) => each.probe)].map(inFile)
  const left = routers.find((each) => mine.includes(each.name))
  if (left !== undefined) return pending(`Traefik still has router ${left.name}`)
  const why = whyNotWinner(context.ports.edge, routers, questions(context.plan, record.definition.entryPoints), record.replaced.name)
  return why === undefined
    ? pass(`router ${record.replaced.name} wins again`)
    : pending(`router ${record.replaced.name} does not win: ${why}`, { side: 'old' })
}

async function observeFile(context: SwitchContext, record: SwitchRecord, notes: readonly SwitchNote[]): Promise<Observation> {
  const config = await context.ports.edge.read()
  const where = whereIs(config, context)
  const { ours, other, probes } = keysIn(context, config, record, notes)
  if (ours || other || probes.length > 0) return pending(`${where} still holds ${ours || other ? record.name : probes[0]?.probe}`)
  const same = config.file.sha256 === record.file.sha256
  const how = same
    ? `${where} is byte for byte as it was before step ${context.step} wrote into it`
    : `${where} no longer holds our router; other edits made since were kept`
  return pass(how, [how])
}

function manual(context: SwitchContext, record: SwitchRecord, notes: readonly SwitchNote[]): readonly string[] {
  const edge = context.plan.targets.edge
  const api = edge?.api ?? 'http://127.0.0.1:8080'
  return [
    `make sure that the old side answers: curl -s ${api}/api/http/routers/${record.replaced.name}`,
    `then, in ${record.file.path} on ${edge?.host ?? 'the edge'}, remove from http.routers:`,
    ...[record.name, ...notes.map((each) => each.probe)].map((name) => `    ${name}: …   (the key and all lines indented below it)`),
    `and see that it was loaded: curl -s ${api}/api/http/routers/${inFile(record.name)}   # must answer 404`,
  ]
}

const notOurs = (context: SwitchContext, config: DynamicConfig, record: SwitchRecord) => ({
  code: 'router-not-ours',
  summary: `http.routers.${record.name} in ${whereIs(config, context)} is no longer what this run wrote: somebody edited it`,
  next: [`look at it: keep it, or remove http.routers.${record.name} by hand`, 'then roll back again'],
  effect: 'no' as const,
})
