import type { Preview } from '../../domain/change.ts'
import type { Json } from '../../domain/json.ts'
import { canonicalJson } from '../../domain/json.ts'
import { siteOf } from '../../domain/plan.ts'
import type { DynamicConfig, EdgePort, EdgeRouter, EdgeService } from '../../domain/ports/index.ts'
import type { Problem } from '../../domain/problem.ts'
import { ProblemError } from '../../domain/problem.ts'
import { questionsOf } from '../open-traefik-route/ask-route.ts'
import { cameSince } from '../open-traefik-route/moving-routes.ts'
import { hasHealthCheck, plainCopy } from '../open-traefik-route/own-copy.ts'
import type { OpenRecord, RouteSet } from '../open-traefik-route/record.ts'
import { siteRoute } from '../open-traefik-route/record.ts'
import { changeBetween, doorsOf, holds, holdsKey, namesOf } from '../open-traefik-route/route-set.ts'
import { recorded } from '../recorded.ts'
import { keepRead } from '../switch-traefik-route/just-read.ts'
import { refuse } from '../switch-traefik-route/preview.ts'
import { whyNotWinner } from '../switch-traefik-route/question.ts'
import { inFile, originalFile, shownText, whereIs, withoutSecrets } from '../switch-traefik-route/record.ts'
import { openedRoute, setBefore } from './earlier.ts'
import { portion } from './portion.ts'
import type { OpenedRoute, ShiftContext, ShiftRecord } from './record.ts'
import { isAlone } from './record.ts'
import { withoutOldSide } from './without-old-side.ts'

/** What this portion would write, on top of what the portions before it have written (or, in a dry run, would have). */
export async function previewShift(context: ShiftContext): Promise<Preview<ShiftRecord>> {
  const { edge } = context.ports
  const opened = openedRoute(context)
  const { record } = opened
  const [config, routers, oldService, target] = await Promise.all([
    edge.read(),
    edge.routers(),
    edge.service(record.services.old),
    edge.service(record.target),
  ])
  refuse([...missing(context, record, oldService, target), ...changedSince(opened, target), ...unchecked(context, record, target)])
  const before = setBefore(context, opened)
  const after = portion(context.spec, context.plan, record)
  const late = cameSince(opened.spec, routers, record)
  refuse([...wouldNotWin(context, opened, routers, after), ...(isAlone(context.spec) ? late.map((each) => leftBehind(opened, each)) : [])])
  const base = asAfterEarlier(context, config, before, after, record)
  const edit = edge.edit(base, changeBetween(before, after, originalFile(record)))
  return {
    changes: [
      {
        system: 'traefik',
        object: `route ${siteRoute(record).name} in ${whereIs(config, context)}, ${sentence(context)}`,
        action: 'update',
        before: shownText(base.file.bytes),
        after: shownText(edit.bytes),
        remarks: remarks(context, record),
      },
    ],
    undoRecord: keepRead(recorded<ShiftRecord>({ send: context.spec.send, opened: { step: opened.step, record }, before, after }), {
      config,
    }),
    basis: [
      { name: `route ${siteRoute(record).name} with ${context.spec.send}`, value: basisOf(after, record) },
      { name: `service ${record.target}`, value: canonicalJson(dialled(target)) },
      { name: `service ${record.services.old} is there`, value: String(oldService !== undefined) },
    ],
    warnings: late.map((each) => `${leadsThereSince(opened, each)}: its visitors stay on the old side`),
  }
}

const leadsThereSince = ({ step }: OpenedRoute, { name, rule }: EdgeRouter): string =>
  `router ${name} (${withoutSecrets(rule)}) leads to the job since step ${step} opened the route`

/** The job stops after this portion, and whoever still comes to it by that router gets nothing. */
const leftBehind = (opened: OpenedRoute, router: EdgeRouter): Problem => ({
  code: 'router-left-behind',
  summary: `${leadsThereSince(opened, router)}: when the job stops, its visitors get no answer`,
  next: [
    `roll back to before step ${opened.step}, and open the route again: it moves along`,
    `or take ${router.name} away, or lead it elsewhere`,
    `or list it under \`leaves\` of step ${opened.step}, if it may go down with the job`,
  ],
  effect: 'no',
})

const sentence = ({ spec }: ShiftContext): string =>
  spec.send === 'failover'
    ? 'Kubernetes first, the old side as spare'
    : spec.send === '100%'
      ? 'Kubernetes alone'
      : `${spec.send} of visitors to Kubernetes`

/**
 * The file as it is when this step's turn comes: with what earlier portions hold of ours, whichever of them is done yet. Right before the
 * effect it must be so already, or somebody has edited what is ours.
 */
function asAfterEarlier(
  context: ShiftContext,
  config: DynamicConfig,
  before: RouteSet,
  after: RouteSet,
  record: OpenRecord,
): DynamicConfig {
  const { edge } = context.ports
  if (holds(edge, config, before, [after])) return config
  // Kubernetes alone needs no old side: also where visitors were taken off it because it failed.
  const relieved = isAlone(context.spec) ? withoutOldSide(before, record) : undefined
  if (relieved !== undefined && holds(edge, config, relieved, [after])) return config
  if (context.previewing !== true) throw notAsLeft(context, config, { opened: { record }, before, after })
  const earlier = [...context.earlier.values()].flatMap((each) =>
    (each as Partial<ShiftRecord>).after === undefined ? [] : [(each as ShiftRecord).after],
  )
  const edit = edge.edit(config, { remove: namesOf([before, after, doorsOf(record), ...earlier]), add: before })
  return edge.parse({ ...config.file, bytes: edit.bytes, sha256: edit.sha256 })
}

function missing(
  context: ShiftContext,
  record: OpenRecord,
  old: EdgeService | undefined,
  fresh: EdgeService | undefined,
): readonly Problem[] {
  const gone = [
    ...(fresh === undefined ? [record.target] : []),
    ...(old === undefined && context.spec.send !== '100%' ? [record.services.old] : []),
  ]
  return gone.map((name) => ({
    code: 'unknown-service',
    summary: `the edge's Traefik has no service ${name}: a route that is shared with it would be disabled, for every visitor`,
    next: [
      name === record.services.old
        ? 'is the Nomad job running, and does the edge list it?'
        : "define it in the edge's dynamic file, or correct `service`",
    ],
    effect: 'no' as const,
  }))
}

/** A rival may have come since the route was opened. */
function wouldNotWin(
  context: ShiftContext,
  { record, step }: OpenedRoute,
  routers: readonly EdgeRouter[],
  after: RouteSet,
): readonly Problem[] {
  const ours = record.routes.map((route): EdgeRouter => ({
    ...(after.routers[route.name] ?? route.definition),
    name: inFile(route.name),
    provider: 'file',
    status: 'enabled',
    errors: [],
  }))
  const others = routers.filter((each) => !ours.some((own) => own.name === each.name))
  return record.routes.flatMap((route) => {
    const why = whyNotWinner(context.ports.edge, [...others, ...ours], questionsOf(context, route), inFile(route.name))
    if (why === undefined) return []
    return [
      {
        code: 'competing-router',
        summary: `router ${route.name} would not win: ${why}`,
        next: ['change the competing router', `or roll back to before step ${step}, and open the route again above it`],
        effect: 'no' as const,
      },
    ]
  })
}

/** Visitors would be judged by other servers than those that they get in the end. */
function changedSince({ record, step }: OpenedRoute, target: EdgeService | undefined): readonly Problem[] {
  const now = target && plainCopy(target)
  if (record.copy === undefined || target === undefined || canonicalJson(now ?? null) === canonicalJson(record.copy)) return []
  return [
    {
      code: 'service-changed',
      summary: `service ${record.target} no longer dials as it did when step ${step} copied it`,
      details: [
        `it was: ${canonicalJson(record.copy)}`,
        `it is: ${now === undefined ? 'more than a list of servers' : canonicalJson(now)}`,
      ],
      next: [
        `roll back to before step ${step}, and open the route again with the service as it is now`,
        `or put ${record.target} back as it was`,
      ],
      effect: 'no',
    },
  ]
}

/** A failover needs a health check of its first service: the copy of ours gets one, another service must have its own. */
function unchecked({ spec }: ShiftContext, { copy, target }: OpenRecord, service: EdgeService | undefined): readonly Problem[] {
  if (spec.send !== 'failover' || copy !== undefined || service === undefined || hasHealthCheck(service)) return []
  return [
    {
      code: 'health-check-missing',
      summary: `service ${target} has no health check, and is more than a list of servers that could be copied with one: Traefik would disable the failover, for every visitor`,
      next: [`give ${target} a \`healthCheck\` in the edge's dynamic file`, 'or leave out `send: failover`'],
      effect: 'no',
    },
  ]
}

function remarks({ spec, plan }: ShiftContext, record: OpenRecord): readonly string[] {
  if (spec.send === '100%') return ['the doors for our own requests go with the same write']
  if (spec.send !== 'failover') return record.sticky === undefined ? [] : [`a visitor stays with a side by cookie ${record.sticky.name}`]
  if (record.copy === undefined) return [`${record.target} has a health check of its own`]
  return [`the servers of ${record.target} are asked for ${spec.healthCheck?.path ?? new URL(siteOf(plan).url).pathname}`]
}

/** What was approved, without what differs from run to run: the names and secrets of the doors. */
function basisOf(after: RouteSet, record: OpenRecord): string {
  const doors = record.routes.flatMap(({ doors: { old, new: fresh } }) => [old.name, fresh.name])
  const routers = Object.fromEntries(Object.entries(after.routers).filter(([name]) => !doors.includes(name)))
  return canonicalJson(recorded<Json>({ routers, services: after.services }))
}

const dialled = (service: EdgeService | undefined): Json =>
  recorded<Json>({
    type: service?.type,
    servers: service?.servers.map(({ url }) => url),
    serversTransport: service?.serversTransport,
    passHostHeader: service?.passHostHeader,
  })

/** Keys of ours that are neither as they were before the step nor as it writes them. */
function editedKeys(edge: EdgePort, config: DynamicConfig, { before, after }: Pick<ShiftRecord, 'before' | 'after'>): readonly string[] {
  const names = namesOf([before, after])
  return (['routers', 'services'] as const).flatMap((section) =>
    names[section]
      .filter((name) => ![before, after].some((set) => holdsKey(edge, config, set, section, name)))
      .map((name) => `http.${section}.${name} ${config[section].includes(name) ? 'was edited' : 'is gone'}`),
  )
}

/** The file holds neither what was there before the step nor what it writes. */
export const notAsLeft = (
  context: Pick<ShiftContext, 'plan' | 'ports'>,
  config: DynamicConfig,
  record: Pick<ShiftRecord, 'before' | 'after'> & { readonly opened: Pick<ShiftRecord['opened'], 'record'> },
): ProblemError =>
  new ProblemError({
    code: 'route-not-ours',
    summary: `what this run wrote for ${siteRoute(record.opened.record).name} in ${whereIs(config, context)} is no longer so: somebody edited it`,
    details: editedKeys(context.ports.edge, config, record),
    next: ['look at the difference, put it back as the last run left it or remove it by hand', 'then go on'],
    effect: 'no',
  })
