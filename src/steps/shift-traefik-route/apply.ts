import type { DynamicConfig, DynamicConfigEdit, EdgePort } from '../../domain/ports/index.ts'
import type { Settlement } from '../../domain/step-kind.ts'
import type { RouteSet } from '../open-traefik-route/record.ts'
import { changeBetween, holds } from '../open-traefik-route/route-set.ts'
import { settling } from '../settling.ts'
import { editFile, unfinishedWrite } from '../switch-traefik-route/apply.ts'
import { takeRead } from '../switch-traefik-route/just-read.ts'
import { originalFile } from '../switch-traefik-route/record.ts'
import { notAsLeft } from './preview.ts'
import type { ShiftContext, ShiftRecord } from './record.ts'
import { isAlone } from './record.ts'
import { withoutOldSide } from './without-old-side.ts'

/** Writes the portion, from whatever of ours stands in its place; that Traefik has loaded it is what `verify` looks at. */
export async function applyShift(context: ShiftContext, record: ShiftRecord): Promise<void> {
  const { edge } = context.ports
  const edit = (config: DynamicConfig): DynamicConfigEdit | undefined => {
    if (holds(edge, config, record.after, [record.before])) return undefined
    const from = sources(record).find((set) => holds(edge, config, set, [record.before, record.after]))
    if (from === undefined) throw notAsLeft(context, config, record)
    return edge.edit(config, changeBetween(from, record.after, originalFile(record.opened.record)))
  }
  await editFile(context, edit, takeRead(record))
}

/**
 * What was there before; and where visitors had been taken off the old side: this portion itself, to be put back, or, for Kubernetes alone, the one
 * before it. No share of visitors is given to a side that failed under another portion.
 */
const sources = (record: ShiftRecord): readonly RouteSet[] => [record.before, ...relievedSources(record)]

const relievedSources = (record: ShiftRecord): readonly RouteSet[] => {
  const relieved = withoutOldSide(isAlone(record) ? record.before : record.after, record.opened.record)
  return relieved === undefined ? [] : [relieved]
}

/** What the write has come to: the file holds the one set, the other, or what somebody made of it. */
export const settleShift = (context: ShiftContext, record: ShiftRecord): Promise<Settlement> =>
  settling(async () => {
    const config = await context.ports.edge.read()
    return unfinishedWrite(config) ?? settled(context.ports.edge, config, record)
  })

function settled(edge: EdgePort, config: DynamicConfig, record: ShiftRecord): Settlement {
  const { before, after, opened } = record
  const isThere = (set: RouteSet): boolean => holds(edge, config, set, [before, after])
  if (isThere(after)) return { status: 'done' }
  if (isThere(before)) return { status: 'none' }
  if (relievedSources(record).some(isThere))
    return isAlone(record)
      ? { status: 'none' }
      : { status: 'partial', reason: 'the route sends all visitors to Kubernetes since the old side failed' }
  const { routes, file } = opened.record
  const foreign = `what this run wrote for ${routes[0]?.name ?? 'the route'} in ${file.path} is no longer so: somebody edited it`
  return { status: 'foreign', reason: foreign }
}
