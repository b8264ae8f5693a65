import { look } from '../../domain/look.ts'
import type { Observation } from '../../domain/observation.ts'
import { combine, pass, pending } from '../../domain/observation.ts'
import { ProblemError } from '../../domain/problem.ts'
import type { Undo } from '../../domain/step-kind.ts'
import { visitSite } from '../../domain/visit-site.ts'
import { editFile } from '../switch-traefik-route/apply.ts'
import { inFile, originalFile, whereIs } from '../switch-traefik-route/record.ts'
import type { OpenContext, OpenRecord, OpenSpec } from './record.ts'
import { NOTHING } from './record.ts'
import { settleBetween } from './settle-between.ts'
import { changeBetween, doorsOf, holds } from './route-set.ts'

/** Takes the doors out of the file; no visitor ever went through them. */
export const undoOpen: Undo<OpenSpec, OpenRecord, never> = {
  async apply(context, record) {
    const doors = doorsOf(record)
    await editFile(context, (config) => {
      if (holds(context.ports.edge, config, NOTHING, [doors])) return undefined
      if (!holds(context.ports.edge, config, doors, [])) throw new ProblemError(notOurs(context, record))
      return context.ports.edge.edit(config, changeBetween(doors, NOTHING, originalFile(record)))
    })
  },
  settle: (context, record) => settleBetween(context, doorsOf(record), NOTHING, notOurs(context, record).summary),
  verify: async (context, record) =>
    combine([
      await look('the routers of the edge', () => observeGone(context, record)),
      await visitSite(context),
      await look('the dynamic file', () => observeFile(context, record)),
    ]),
  manual: (context, record) => {
    const { routers, services } = doorsOf(record)
    return [
      `in ${record.file.path} on ${context.plan.targets.edge?.host ?? 'the edge'}, remove from http.routers:`,
      ...Object.keys(routers).map((name) => `    ${name}: …   (the key and all lines indented below it)`),
      ...(Object.keys(services).length === 0 ? [] : ['and from http.services:']),
      ...Object.keys(services).map((name) => `    ${name}: …`),
    ]
  },
}

async function observeGone(context: OpenContext, record: OpenRecord): Promise<Observation> {
  const ours = Object.keys(doorsOf(record).routers).map(inFile)
  const left = (await context.ports.edge.routers()).find((each) => ours.includes(each.name))
  return left === undefined ? pass('the doors are gone from Traefik') : pending(`Traefik still has router ${left.name}`)
}

async function observeFile(context: OpenContext, record: OpenRecord): Promise<Observation> {
  const config = await context.ports.edge.read()
  const where = whereIs(config, context)
  if (!holds(context.ports.edge, config, NOTHING, [doorsOf(record)])) return pending(`${where} still holds doors of this run`)
  return pass(
    config.file.sha256 === record.file.sha256
      ? `${where} is byte for byte as it was before step ${context.step} wrote into it`
      : `${where} no longer holds our doors; other edits made since were kept`,
  )
}

const notOurs = (context: OpenContext, record: OpenRecord) => ({
  code: 'router-not-ours',
  summary: `the doors of this run in ${record.file.path} on ${context.plan.targets.edge?.host ?? 'the edge'} are no longer what it wrote: somebody edited them`,
  next: [
    `look at ${[...Object.keys(doorsOf(record).routers), ...Object.keys(doorsOf(record).services)].join(', ')}; remove them all by hand, then go on`,
  ],
  effect: 'no' as const,
})
