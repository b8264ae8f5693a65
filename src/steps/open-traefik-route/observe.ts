import type { Observation, Side } from '../../domain/observation.ts'
import { combine, fail, inconclusive, pass, pending } from '../../domain/observation.ts'
import { look } from '../../domain/look.ts'
import { siteOf } from '../../domain/plan.ts'
import type { EdgeRouter, EdgeService, HttpExchange, ServiceDefinition } from '../../domain/ports/index.ts'
import { sameService } from '../../domain/same-service.ts'
import { judge } from '../../domain/site.ts'
import type { StepContext } from '../../domain/step-kind.ts'
import { routerNamed, whyNotWinner } from '../switch-traefik-route/question.ts'
import { inFile } from '../switch-traefik-route/record.ts'
import { whyNotLoaded } from '../switch-traefik-route/verify.ts'
import type { Asked } from './ask-route.ts'
import { askRoute, questionsOf } from './ask-route.ts'
import { keyOf } from './doors.ts'
import type { Door, MovingRoute, OpenRecord, RouteSet } from './record.ts'
import { siteRoute } from './record.ts'

type Opened = Pick<OpenRecord, 'routes' | 'secret'>

/** Every door of this run: loaded, winning for our header, and each side answering behind it. */
export async function observeDoors(context: StepContext<unknown>, opened: Opened): Promise<Observation> {
  return look('the doors to both sides', async () => {
    const routers = await context.ports.edge.routers()
    const shut = opened.routes.flatMap((route) =>
      (['old', 'new'] as const).flatMap((side) => whyShut(context, routers, route, side, opened) ?? []),
    )
    // A door that Traefik has not loaded is no fault of the side behind it: what is being opened is what failed.
    if (shut.length > 0) return combine(shut.map((each) => (each.verdict === 'pass' ? each : { ...each, side: 'new' as const })))
    return combine(await Promise.all(opened.routes.map((route) => askBoth(context, route, opened))))
  })
}

/** One side through its door of the site's own route. Only we can have seen it: a bad answer to us is no bad answer to a visitor. */
export const observeDoor = (context: StepContext<unknown>, opened: Opened, side: Side): Promise<Observation> =>
  look(`the ${side} side`, async () => (await whyDoorShut(context, opened, side)) ?? askDoor(context, opened, side))

/**
 * As `observeDoor`, for where it decides whether the side itself fails. A door that Traefik has not loaded, or that another router answers, says
 * nothing of the side behind it; one that it has disabled does: the side's service is gone.
 */
export const observeBehindDoor = (context: StepContext<unknown>, opened: Opened, side: Side): Promise<Observation> =>
  look(`the ${side} side`, async () => {
    const shut = await whyDoorShut(context, opened, side)
    if (shut?.verdict === 'pending') return inconclusive(shut.reason, shut.evidence, side)
    return shut ?? askDoor(context, opened, side)
  })

const whyDoorShut = async (context: StepContext<unknown>, opened: Opened, side: Side): Promise<Observation | undefined> =>
  whyShut(context, await context.ports.edge.routers(), siteRoute(opened), side, opened)

const askDoor = async (context: StepContext<unknown>, opened: Opened, side: Side): Promise<Observation> =>
  judge(
    await askRoute(context, siteRoute(opened), keyOf(opened, side)),
    siteOf(context.plan).expect,
    `the ${side} side, through the edge`,
    side,
  )

function whyShut(
  context: StepContext<unknown>,
  routers: readonly EdgeRouter[],
  route: MovingRoute,
  side: Side,
  opened: Opened,
): Observation | undefined {
  const door: Door = route.doors[side]
  const notLoaded = whyNotLoaded(routerNamed(routers, inFile(door.name)), door.name, door.definition)
  if (notLoaded !== undefined) return notLoaded.verdict === 'pass' ? notLoaded : { ...notLoaded, side }
  const questions = questionsOf(context, asked(route, side), keyOf(opened, side))
  const why = whyNotWinner(context.ports.edge, routers, questions, inFile(door.name))
  return why === undefined ? undefined : pending(`the door to the ${side} side does not open: ${why}`, { side })
}

/** The requests of a route's visitors, on the entry points of its door. */
const asked = (route: MovingRoute, side: Side): Asked => ({
  site: route.site,
  definition: { ...route.doors[side].definition, rule: route.definition.rule },
})

/** Both sides of one route. Of another host than the site's, each must answer as the other does. */
async function askBoth(context: StepContext<unknown>, route: MovingRoute, opened: Opened): Promise<Observation> {
  const through = (side: Side): Promise<HttpExchange> => askRoute(context, asked(route, side), keyOf(opened, side))
  const [old, fresh] = await Promise.all([through('old'), through('new')])
  if (route.site) {
    const { expect } = siteOf(context.plan)
    return combine([
      judge(old, expect, 'the old side, through the edge', 'old'),
      judge(fresh, expect, 'the new side, through the edge', 'new'),
    ])
  }
  return alike(route, old, fresh)
}

function alike(route: MovingRoute, old: HttpExchange, fresh: HttpExchange): Observation {
  const what = `${route.replaced.rule}`
  if (!old.ok || old.status >= 500) return pending(`${what}: the old side ${said(old)}`, { side: 'old' })
  if (!fresh.ok || fresh.status >= 500) return pending(`${what}: the new side ${said(fresh)}`, { side: 'new' })
  if (said(old) !== said(fresh)) return pending(`${what}: the old side ${said(old)}, the new side ${said(fresh)}`, { side: 'new' })
  return pass(`${what}: both sides ${said(old)}`)
}

function said(exchange: HttpExchange): string {
  if (!exchange.ok) return `does not answer: ${exchange.failure} (${exchange.detail})`
  const { location } = exchange.headers
  return location === undefined ? `answered ${exchange.status}` : `answered ${exchange.status} to ${location}`
}

/** Each service of a set, as the running Traefik has it. */
export function observeServices(context: StepContext<unknown>, { services }: Pick<RouteSet, 'services'>): Promise<readonly Observation[]> {
  return Promise.all(
    Object.entries(services).map(([name, definition]) => look(`service ${inFile(name)}`, () => seenService(context, name, definition))),
  )
}

/** A service that no router uses is never built: only then does `enabled` say something about what is inside it. */
async function seenService({ ports }: StepContext<unknown>, name: string, definition: ServiceDefinition): Promise<Observation> {
  const service = await ports.edge.service(inFile(name))
  if (service === undefined || !sameService(service, definition))
    return pending(`Traefik has not loaded service ${inFile(name)} as it was written`, { side: 'new' })
  if (service.status === 'disabled')
    return fail(`Traefik has disabled service ${service.name}: ${service.errors.join('; ')}`, { side: 'new', evidence: service.errors })
  const down = service.servers.filter(({ status }) => status === 'DOWN')
  if (down.length > 0)
    return pending(
      onSpare(
        service,
        down.map(({ url }) => url),
      ),
      { side: 'new' },
    )
  return pass(`service ${service.name} is as written`)
}

const onSpare = (service: EdgeService, down: readonly string[]): string =>
  `the health check of ${service.name} fails for ${down.join(', ')}${down.length === service.servers.length ? ': visitors are on the spare, the old side' : ''}`
