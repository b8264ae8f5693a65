import type { Preview } from '../../domain/change.ts'
import { canonicalJson } from '../../domain/json.ts'
import { siteOf } from '../../domain/plan.ts'
import type { DynamicConfig, EdgeRouter, EdgeService, RouterDefinition } from '../../domain/ports/index.ts'
import type { Problem } from '../../domain/problem.ts'
import { ProblemError } from '../../domain/problem.ts'
import { recorded } from '../recorded.ts'
import { defineRouter, refusals } from './definition.ts'
import { keepRead } from './just-read.ts'
import { mayMatchHost, questions, routerNamed, whyNotWinner } from './question.ts'
import { inFile, qualify, recordFile, shownText, whereIs } from './record.ts'
import type { SwitchContext, SwitchRecord } from './record.ts'
import { remarks, routeWarnings } from './remarks.ts'

/** All that a decision rests on, read once. */
export interface RouteView {
  readonly config: DynamicConfig
  readonly routers: readonly EdgeRouter[]
  readonly replaced: EdgeRouter
  readonly service: EdgeService | undefined
  readonly rivals: readonly EdgeRouter[]
  readonly definition: RouterDefinition
}

/** The route that the switch would write; rejects with all that forbids it. */
export async function decideRoute(context: SwitchContext): Promise<RouteView> {
  const view = await lookAtRoutes(context)
  const { config, definition } = view
  const owned = context.ports.edge.owned(config, 'routers', context.spec.router, definition)
  if (owned.status === 'other') throw new ProblemError(nameTaken(context, config))
  // Written by a run whose state is lost, or by hand: visitors may be on the new side already, and it is not this run's to take away.
  if (owned.status === 'ours') throw new ProblemError(alreadyThere(context, config))
  refuse(problems(context, view))
  return view
}

export async function previewSwitch(context: SwitchContext): Promise<Preview<SwitchRecord>> {
  const view = await decideRoute(context)
  const { edge } = context.ports
  const { router: name } = context.spec
  const { config, definition, replaced } = view
  const after = edge.edit(config, { add: { routers: { [name]: definition } } })
  const record = recorded<SwitchRecord>({ file: recordFile(config.file), name, definition, replaced })
  return {
    changes: [
      {
        system: 'traefik',
        object: `router ${name} in ${whereIs(config, context)}`,
        action: 'update',
        before: shownText(config.file.bytes),
        after: shownText(after.bytes),
        remarks: remarks(context.spec, view),
      },
    ],
    undoRecord: keepRead(record, { config, edit: after }),
    basis: basis(view, name),
    warnings: routeWarnings(context.spec, view),
  }
}

/** Reads the file and the API; rejects where the replaced router or an entry point is not there at all. */
export async function lookAtRoutes(context: SwitchContext): Promise<RouteView> {
  const { edge } = context.ports
  const { spec, plan } = context
  const [config, routers, points, service] = await Promise.all([
    edge.read(),
    edge.routers(),
    edge.entryPoints(),
    edge.service(qualify(spec.service, 'file')),
  ])
  const replaced = routerNamed(routers, spec.replaces)
  if (replaced === undefined) throw new ProblemError(unknownRouter(spec.replaces, routers))
  const unknown = spec.entryPoints.filter((each) => !points.some((point) => point.name === each))
  if (unknown.length > 0)
    throw new ProblemError(
      unknownEntryPoint(
        unknown,
        points.map((each) => each.name),
      ),
    )
  const host = new URL(siteOf(plan).url).hostname
  const rivals = routers.filter((each) => each.name !== inFile(spec.router) && mayMatchHost(each, host, spec.entryPoints))
  return { config, routers, replaced, service, rivals, definition: defineRouter(spec, replaced, rivals) }
}

/** All that forbids the switch, at once. */
function problems(context: SwitchContext, view: RouteView): readonly Problem[] {
  const { spec, plan, ports } = context
  const asked = questions(plan, spec.entryPoints)
  const ours: EdgeRouter = { ...view.definition, name: inFile(spec.router), provider: 'file', status: 'enabled', errors: [] }
  const others = view.routers.filter((each) => each.name !== ours.name)
  const notNow = whyNotWinner(ports.edge, others, asked, spec.replaces)
  const notThen = whyNotWinner(ports.edge, [...others, ours], asked, ours.name)
  const found: Problem[] = [...refusals(view.definition, view.replaced, view.rivals)]
  if (view.service === undefined) found.push(unknownService(context))
  if (view.replaced.status === 'disabled') found.push(notServing(context, `Traefik has disabled it: ${view.replaced.errors.join('; ')}`))
  else if (notNow !== undefined) found.push(notServing(context, notNow))
  if (notThen !== undefined && found.length === 0) found.push(wouldNotWin(context, notThen))
  return found
}

/** A human's edit elsewhere in the file, or another router, is no reason to look again: the file's hash is not among these. */
export function basis({ replaced, service, definition }: RouteView, name: string) {
  const { status: _status, errors: _errors, ...route } = replaced
  const serves = service && {
    type: service.type,
    servers: service.servers.map((each) => each.url),
    serversTransport: service.serversTransport,
    passHostHeader: service.passHostHeader,
  }
  return [
    { name: `router ${replaced.name}`, value: canonicalJson(recorded(route)) },
    { name: `service ${definition.service}`, value: canonicalJson(recorded(serves ?? null)) },
    { name: `router ${name} to be written`, value: canonicalJson(recorded(definition)) },
  ]
}

export function refuse(found: readonly Problem[]): void {
  const [first, ...more] = found
  if (first !== undefined) throw new ProblemError(first, ...more)
}

export const nameTaken = (context: SwitchContext, config: DynamicConfig): Problem => ({
  code: 'router-name-taken',
  summary: `${whereIs(config, context)} already has a router ${context.spec.router}, with other content`,
  next: ['choose another name for `router`', `or remove http.routers.${context.spec.router} from the file, if nobody needs it`],
  effect: 'no',
})

const alreadyThere = (context: SwitchContext, config: DynamicConfig): Problem => ({
  code: 'router-already-there',
  summary: `${whereIs(config, context)} already holds router ${context.spec.router} just as this plan would write it, and this run did not: visitors may be on the new side already`,
  next: [
    'if another run wrote it, go on with that one: name its folder with --state-dir',
    `or remove http.routers.${context.spec.router} from the file by hand, once the old side is known to answer`,
  ],
  effect: 'no',
})

const unknownRouter = (name: string, routers: readonly EdgeRouter[]): Problem => ({
  code: 'unknown-router',
  summary: `the edge's Traefik has no router ${name} to replace`,
  details: [`it has: ${routers.map((each) => each.name).join(', ')}`],
  next: ['name in `replaces` the router that serves the old side now'],
  effect: 'no',
})

const unknownEntryPoint = (unknown: readonly string[], known: readonly string[]): Problem => ({
  code: 'unknown-entry-point',
  summary: `the edge's Traefik has no entry point ${unknown.join(', ')}`,
  details: [`it has: ${known.join(', ')}`],
  next: ['correct `entryPoints`'],
  effect: 'no',
})

const unknownService = ({ spec, plan }: SwitchContext): Problem => ({
  code: 'unknown-service',
  summary: `the edge's Traefik has no service ${qualify(spec.service, 'file')}: a router to it would be disabled`,
  next: [`define it under http.services of ${plan.targets.edge?.dynamicConfig ?? 'the dynamic file'}, or correct \`service\``],
  effect: 'no',
})

const notServing = ({ spec, plan }: SwitchContext, why: string): Problem => ({
  code: 'replaced-router-not-serving',
  summary: `router ${spec.replaces} does not serve ${siteOf(plan).url} now: ${why}`,
  next: ['name in `replaces` the router that does'],
  effect: 'no',
})

const wouldNotWin = ({ spec, plan }: SwitchContext, why: string): Problem => ({
  code: 'competing-router',
  summary: `router ${spec.router} would not win for ${siteOf(plan).url}: ${why}`,
  next: ['correct `rule` or `priority`, or change the competing router'],
  effect: 'no',
})
