import { z } from 'zod'
import type { GatePolicy } from '../domain/gate-policy.ts'
import { look } from '../domain/look.ts'
import type { Observation, Side } from '../domain/observation.ts'
import { combine } from '../domain/observation.ts'
import type { PlanStep } from '../domain/plan.ts'
import type { Problem } from '../domain/problem.ts'
import type { ActingStepKind, Finding, StandingCheck } from '../domain/step-kind.ts'
import type { StepTraffic } from '../domain/traffic.ts'
import { visitSite } from '../domain/visit-site.ts'
import { ALL_ON_NEW } from '../domain/visitors.ts'
import { duration } from './fields.ts'
import { failed, findings, passed } from './finding.ts'
import { sideDoors } from './open-traefik-route/doors.ts'
import { observeDoor } from './open-traefik-route/observe.ts'
import { openingStep, portionsBefore, sendOf } from './shift-traefik-route/earlier.ts'
import { observeSet } from './shift-traefik-route/observe.ts'
import { DEFAULT_HEALTH_CHECK } from './shift-traefik-route/portion.ts'
import { applyShift, settleShift } from './shift-traefik-route/apply.ts'
import { previewShift } from './shift-traefik-route/preview.ts'
import type { Send, ShiftContext, ShiftRecord, ShiftSpec } from './shift-traefik-route/record.ts'
import { isAlone, percentOf, shareOf } from './shift-traefik-route/record.ts'
import { reliefOfOldSide } from './shift-traefik-route/relief.ts'
import { asSwitch, undoShift } from './shift-traefik-route/undo.ts'
import { observeVisitorsElsewhere } from './shift-traefik-route/unmoved.ts'
import { shiftWarnings } from './shift-traefik-route/warnings.ts'
import { withoutOldSide } from './shift-traefik-route/without-old-side.ts'
import { AFTER_EDGE_WRITE } from './switch-traefik-route/after-write.ts'
import { lookAtOldSide, oldSideObservation } from './switch-traefik-route/old-side.ts'
import type { SwitchNote } from './switch-traefik-route/record.ts'

const SEND_EXPECTED = 'must be a share from `1%` to `99%`, such as `5%`, or `failover`, or `100%`'

const spec: z.ZodType<ShiftSpec> = z.strictObject({
  send: z
    .string({ error: SEND_EXPECTED })
    .regex(/^(?:[1-9][0-9]?%|100%|failover)$/, { error: SEND_EXPECTED })
    .describe(
      'Which visitors go to Kubernetes: a share of them from `1%` to `99%`, whole numbers; `failover`: all, with the old side as spare while a health check fails; `100%`: all, and our route no longer depends on the old side',
    ) as z.ZodType<Send, string>,
  healthCheck: z
    .strictObject({
      path: z
        .string()
        .regex(/^\//, 'a path that begins with /')
        .optional()
        .describe("What the edge asks the new side's servers for; the site's own path unless told"),
      interval: duration('How often; 2s unless told').default(DEFAULT_HEALTH_CHECK.interval),
      timeout: duration('How long an answer may take; 1s unless told').default(DEFAULT_HEALTH_CHECK.timeout),
    })
    .optional()
    .describe("For `failover`, where the plan's service has no health check of its own"),
})

export const shiftTraefikRoute: ActingStepKind<ShiftSpec, ShiftRecord, SwitchNote> = {
  nature: 'acts',
  kind: 'shift-traefik-route',
  summary: 'Sends a portion of the visitors to Kubernetes, or all, over the route that an earlier step opened',
  spec,
  example: { send: '100%' },
  targets: ['edge'],
  traffic: trafficOfPortion,
  doors: (own) => (isAlone(own) ? 'closes' : 'needs'),
  openDoors: (_context, record) => (isAlone(record) ? 'closed' : sideDoors(record.opened.record)),
  check,
  warnings: shiftWarnings,
  preflight,
  defaultGate,
  // Visitors are home already: no health check has to be waited for.
  undoGate: () => AFTER_EDGE_WRITE,
  preview: previewShift,
  apply: applyShift,
  settle: settleShift,
  verify,
  undo: undoShift,
  relief: reliefOfOldSide,
  standing,
  // What earlier steps said of the route and of the old side is said anew for this portion.
  ends: ['traefik-route', 'old-side'],
  unmoved: (context) => look('the routers of the edge', () => observeVisitorsElsewhere(context)),
}

/** The first portion brings visitors to the new side, Kubernetes alone takes the old one from them; each undo leads towards the old side. */
function trafficOfPortion(own: ShiftSpec, before: readonly PlanStep[]): StepTraffic {
  const first = portionsBefore(before).length === 0
  return {
    forward: [{ do: 'route-add', to: 'new' }, ...(isAlone(own) ? [{ do: 'route-remove' as const, from: 'old' as const }] : [])],
    back: [
      { do: 'prove', side: 'old' },
      ...(isAlone(own) ? [{ do: 'route-add' as const, to: 'old' as const }] : []),
      ...(first ? [{ do: 'route-remove' as const, from: 'new' as const }] : []),
    ],
  }
}

function check(
  own: ShiftSpec,
  { steps, site }: { readonly steps: readonly PlanStep[]; readonly site?: { readonly expect: { readonly status: number } } },
): readonly Problem[] {
  const index = steps.findIndex((each) => each.spec === own)
  const before = steps.slice(0, index)
  const opening = openingStep(before)
  const problem = (code: string, summary: string, next: string): Problem => ({ code, summary, next: [next], effect: 'no' })
  if (opening === undefined) {
    return [problem('route-not-open', `no step before this one opens a route`, 'add a step of kind `open-traefik-route` before it')]
  }
  const alone = portionsBefore(before).find((each) => sendOf(each) === '100%')
  if (alone !== undefined) {
    return [
      problem(
        'route-not-shared',
        `since step ${alone.id} Kubernetes has the route alone: there is nothing left to share`,
        `remove this step, or put it before \`${alone.id}\``,
      ),
    ]
  }
  if (own.healthCheck !== undefined && own.send !== 'failover') {
    return [problem('needless-health-check', '`healthCheck` is used by `send: failover` only', 'remove it here')]
  }
  const status = site?.expect.status ?? 200
  if (own.send === 'failover' && own.healthCheck?.path === undefined && (status < 200 || status >= 400)) {
    return [
      problem(
        'health-check-missing',
        `the site is expected to answer ${status}, which a health check of Traefik takes for a failure`,
        'name a path that answers 200: `healthCheck: { path: /healthz }`',
      ),
    ]
  }
  return []
}

/** Before anything is touched: nobody has moved visitors. What the portion would write is previewed on top of the steps before it. */
function preflight(context: ShiftContext): Promise<readonly Finding[]> {
  return findings("the edge's routes", async () => {
    const begun = context.plan.steps.some((each) => each.kind === 'shift-traefik-route' && context.earlier.has(each.id))
    const what = 'visitors are still where this plan begins'
    if (begun) return [passed('the route is shared by this run')]
    const seen = await observeVisitorsElsewhere(context)
    if (seen.verdict === 'pass') return [passed(what)]
    return [
      failed(what, {
        code: 'visitors-already-moved',
        summary: seen.reason,
        next: ['go on with the run that moved them: name its folder with --state-dir', 'or take them back by hand first'],
        effect: 'no',
      }),
    ]
  })
}

/** A health check must have been made twice before it has said anything. */
function defaultGate({ send, healthCheck = DEFAULT_HEALTH_CHECK }: ShiftSpec): GatePolicy {
  return send === 'failover' ? { ...AFTER_EDGE_WRITE, hold: 2 * (healthCheck.interval + healthCheck.timeout) } : AFTER_EDGE_WRITE
}

async function verify(context: ShiftContext, record: ShiftRecord): Promise<Observation> {
  const routed = await observeSet(context, record.opened.record, record.after)
  if (routed.verdict !== 'pass') return routed
  if (isAlone(record)) return combine([routed, await visitSite(context, 'new')])
  const through = (side: Side): Promise<Observation> => observeDoor(context, record.opened.record, side)
  const [visitor, old, fresh] = await Promise.all([visitSite(context, 'new'), through('old'), through('new')])
  // A visitor may have been on either side: the doors know which of them it was, where they could be seen.
  const oldFails = old.verdict === 'pending' || old.verdict === 'fail'
  return oldFails && fresh.verdict === 'pass' ? combine([routed, asVisitors(record, old)]) : combine([routed, visitor, old, fresh])
}

/** While visitors are shared, what the old side's door gets is what its share of them gets. */
const asVisitors = ({ send }: ShiftRecord, seen: Observation): Observation =>
  seen.verdict === 'pending' && percentOf(send) !== undefined ? { ...seen, visitorSawIt: true } : seen

function standing(context: ShiftContext, record: ShiftRecord): readonly StandingCheck[] {
  const opened = record.opened.record
  const relieved = context.relieved === true ? withoutOldSide(record.after, opened) : undefined
  const route: StandingCheck = {
    about: 'traefik-route',
    side: 'new',
    what: relieved ? 'the route sends all visitors to Kubernetes since the old side failed' : `the route sends ${whom(record)}`,
    share: relieved ? ALL_ON_NEW : shareOf(record.send),
    observe: () => observeSet(context, opened, relieved ?? record.after),
  }
  if (isAlone(record)) {
    const observe = () => look('the old side', async () => oldSideObservation(await lookAtOldSide(context, asSwitch(record))), 'old')
    return [route, { about: 'old-side', side: 'old', what: 'the old side can still answer', observe }]
  }
  return [
    route,
    {
      about: 'traefik-route',
      side: 'new',
      what: 'the new side answers through the edge',
      observe: () => observeDoor(context, opened, 'new'),
    },
    {
      about: 'old-side',
      side: 'old',
      what: 'the old side answers through the edge',
      observe: async () => {
        const seen = await observeDoor(context, opened, 'old')
        return relieved ? seen : asVisitors(record, seen)
      },
    },
  ]
}

const whom = ({ send }: ShiftRecord): string => (send === 'failover' ? 'visitors to Kubernetes first' : `${send} of visitors to Kubernetes`)
