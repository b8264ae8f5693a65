import { look } from '../../domain/look.ts'
import type { Observation } from '../../domain/observation.ts'
import { combine, pass, pending } from '../../domain/observation.ts'
import type { DynamicConfig } from '../../domain/ports/index.ts'
import type { Note, Undo } from '../../domain/step-kind.ts'
import { visitSite } from '../../domain/visit-site.ts'
import { questionsAtHome } from '../open-traefik-route/ask-route.ts'
import { doorsOf, changeBetween, holds, namesOf } from '../open-traefik-route/route-set.ts'
import type { RouteSet } from '../open-traefik-route/record.ts'
import { NOTHING, siteRoute } from '../open-traefik-route/record.ts'
import { settling } from '../settling.ts'
import { editFile, unfinishedWrite } from '../switch-traefik-route/apply.ts'
import { proveOldSide } from '../switch-traefik-route/prove-old-side.ts'
import type { SwitchNote, SwitchRecord } from '../switch-traefik-route/record.ts'
import { inFile, originalFile, whereIs } from '../switch-traefik-route/record.ts'
import { whyNotHome } from '../switch-traefik-route/way-home.ts'
import { firstToUndo, homeSet } from './earlier.ts'
import { observeSet } from './observe.ts'
import { notAsLeft } from './preview.ts'
import { proveThroughDoor } from './prove-through-door.ts'
import type { ShiftContext, ShiftRecord, ShiftSpec } from './record.ts'
import { isAlone } from './record.ts'
import { withoutOldSide } from './without-old-side.ts'

export const undoShift: Undo<ShiftSpec, ShiftRecord, SwitchNote> = {
  apply,
  settle: (context, record, notes) => settling(async () => settleUndo(context, record, notes, await context.ports.edge.read())),
  verify,
  manual,
}

/** Proves the old side, then writes in one edit what the whole rollback wants: visitors are moved once. */
async function apply(context: ShiftContext, record: ShiftRecord, notes: readonly SwitchNote[], note: Note<SwitchNote>): Promise<void> {
  const { edge } = context.ports
  const home = homeSet(context, record)
  const probes = await proveOld(context, record, notes, note, home)
  await editFile(context, (config) => {
    const left = probesIn(context, config, probes)
    const isHome = isIn(context, config, home, record)
    if (isHome && left.length === 0) return undefined
    const from = isHome ? home : sourceOf(context, config, record)
    const { remove, add } = changeBetween(from, home)
    return edge.edit(config, {
      remove: { routers: [...(remove?.routers ?? []), ...left], services: remove?.services ?? [] },
      ...(add && { add }),
      original: originalFile(record.opened.record),
    })
  })
}

/** Notes of the probes that helped. Nothing is to be proven where visitors have been taken home already. */
async function proveOld(
  context: ShiftContext,
  record: ShiftRecord,
  notes: readonly SwitchNote[],
  note: Note<SwitchNote>,
  home: RouteSet,
): Promise<readonly SwitchNote[]> {
  const config = await context.ports.edge.read()
  if (isIn(context, config, home, record)) return notes
  // Where nothing of ours is there, visitors are on the old side already.
  if (sourceOf(context, config, record) === NOTHING) return notes
  if (!isAlone(record)) {
    await proveThroughDoor(context, record.opened.record, () => astray(context, record, home))
    return notes
  }
  const proof = await proveOldSide(context, asSwitch(record), notes, note, () => astray(context, record, home))
  context.progress(`the old side is proven: ${proof.how}`)
  return proof.probes
}

/** Why visitors of a route that goes home would not come to the router that it took over from. */
function astray(context: ShiftContext, { before, after, opened }: ShiftRecord, home: RouteSet): Promise<string | undefined> {
  const isLeaving = (name: string): boolean => home.routers[name] === undefined
  const leaving = namesOf([before, after]).routers.filter(isLeaving).map(inFile)
  const routes = opened.record.routes.filter(({ name }) => isLeaving(name))
  const ways = routes.map((route) => ({ asked: questionsAtHome(context, route), replaced: route.replaced.name }))
  return whyNotHome(context, leaving, ways)
}

/** At 100% the doors are gone: the old side is proven as after a switch. */
export function asSwitch(record: ShiftRecord): SwitchRecord {
  const { name, definition, replaced } = siteRoute(record.opened.record)
  return { file: record.opened.record.file, name, definition, replaced }
}

const isIn = (context: ShiftContext, config: DynamicConfig, set: RouteSet, record: ShiftRecord): boolean =>
  holds(context.ports.edge, config, set, [record.before, record.after, doorsOf(record.opened.record)])

/**
 * What the file may hold of ours: the effect of this step, what was there before it, either of them without the old side, after that had failed, or
 * nothing, after a person took visitors back by hand.
 */
const sources = ({ after, before, opened }: ShiftRecord): readonly RouteSet[] => [
  after,
  before,
  ...[after, before].flatMap((set) => withoutOldSide(set, opened.record) ?? []),
  NOTHING,
]

/** What it holds. Rejects where somebody has edited it. */
function sourceOf(context: ShiftContext, config: DynamicConfig, record: ShiftRecord): RouteSet {
  const found = sources(record).find((set) => isIn(context, config, set, record))
  if (found === undefined) throw notAsLeft(context, config, record)
  return found
}

const probesIn = ({ ports: { edge } }: ShiftContext, config: DynamicConfig, notes: readonly SwitchNote[]): readonly string[] =>
  notes.filter((each) => edge.owned(config, 'routers', each.probe, each.definition).status === 'ours').map((each) => each.probe)

async function settleUndo(context: ShiftContext, record: ShiftRecord, notes: readonly SwitchNote[], config: DynamicConfig) {
  const cutShort = unfinishedWrite(config)
  if (cutShort) return cutShort
  const [probe] = probesIn(context, config, notes)
  if (probe !== undefined) return { status: 'partial', reason: `the probe router ${probe} is still in the file` } as const
  if (isIn(context, config, homeSet(context, record), record)) return { status: 'done' } as const
  const known = sources(record).some((set) => isIn(context, config, set, record))
  return known
    ? ({ status: 'none' } as const)
    : ({ status: 'foreign', reason: notAsLeft(context, config, record).problem.summary } as const)
}

async function verify(context: ShiftContext, record: ShiftRecord, notes: readonly SwitchNote[]): Promise<Observation> {
  const home = homeSet(context, record)
  const routed = await observeSet(context, record.opened.record, home)
  if (routed.verdict !== 'pass') return routed
  const visitorsAreHome = home.routers[siteRoute(record.opened.record).name] === undefined
  const seen = await visitSite(context, visitorsAreHome ? 'old' : undefined)
  if (seen.verdict !== 'pass') return seen
  return combine([routed, seen, await look('the dynamic file', () => observeFile(context, record, notes, home))])
}

async function observeFile(context: ShiftContext, record: ShiftRecord, notes: readonly SwitchNote[], home: RouteSet): Promise<Observation> {
  const config = await context.ports.edge.read()
  const where = whereIs(config, context)
  const [probe] = probesIn(context, config, notes)
  if (probe !== undefined) return pending(`${where} still holds ${probe}`)
  if (!isIn(context, config, home, record)) return pending(`${where} does not hold what it should`)
  if (home !== NOTHING)
    return pass(`${where} holds of ours what it held before step ${firstToUndo(context)?.id ?? context.step} wrote into it`)
  const same = config.file.sha256 === record.opened.record.file.sha256
  const before = `${where} is byte for byte as it was before step ${record.opened.step} wrote into it`
  return pass(same ? before : `${where} no longer holds anything of ours; other edits made since were kept`)
}

function manual(context: ShiftContext, record: ShiftRecord, notes: readonly SwitchNote[]): readonly string[] {
  const edge = context.plan.targets.edge
  const api = edge?.api ?? 'http://127.0.0.1:8080'
  const { routes } = record.opened.record
  const ours = namesOf([record.before, record.after])
  const routers = [...ours.routers, ...notes.map((each) => each.probe)]
  return [
    `make sure that the old side answers: curl -s ${api}/api/http/routers/${siteRoute(record.opened.record).replaced.name}`,
    `then, in ${record.opened.record.file.path} on ${edge?.host ?? 'the edge'}, take all visitors back to it at once: remove from http.routers:`,
    ...routers.map((name) => `    ${name}: …   (the key and all lines indented below it)`),
    ...(ours.services.length === 0 ? [] : ['and from http.services:']),
    ...ours.services.map((name) => `    ${name}: …`),
    ...routes.map(({ name }) => `and see that it was loaded: curl -s ${api}/api/http/routers/${name}@file   # must answer 404`),
  ]
}
