import { look } from '../../domain/look.ts'
import type { Observation } from '../../domain/observation.ts'
import { combine, pass, pending } from '../../domain/observation.ts'
import type { EdgeRouter } from '../../domain/ports/index.ts'
import type { StepContext } from '../../domain/step-kind.ts'
import { questionsAtHome, questionsOf } from '../open-traefik-route/ask-route.ts'
import { observeServices } from '../open-traefik-route/observe.ts'
import type { MovingRoute, OpenRecord, RouteSet } from '../open-traefik-route/record.ts'
import { netName } from '../open-traefik-route/safety-net.ts'
import { routerNamed, whyNotWinner } from '../switch-traefik-route/question.ts'
import { inFile } from '../switch-traefik-route/record.ts'
import { whyNotLoaded } from '../switch-traefik-route/verify.ts'

type Context = StepContext<unknown>

/**
 * What the running Traefik makes of a set of ours: each route of it loaded, enabled and winning, each service as written; and of a route
 * that the set does not have, that the router it took over from wins again.
 */
export const observeSet = (
  context: Context,
  { routes, services }: Pick<OpenRecord, 'routes' | 'services'>,
  set: RouteSet,
): Promise<Observation> =>
  look('the routers of the edge', async () => {
    const routers = await context.ports.edge.routers()
    const seen = routes.map((route) =>
      set.routers[route.name] === undefined ? seenGone(context, routers, route) : seenThere(context, routers, route, set),
    )
    return combine([...seen, ...(await observeServices(context, set))].map((each) => blamed(each, services.old)))
  })

/** Disabled because the old side's service is gone: no fault of the new one, which has all visitors now. It may come back: a catalog flaps. */
const blamed = (seen: Observation, old: string): Observation =>
  seen.verdict === 'fail' && seen.evidence?.some((each) => each.includes(`"${old}"`)) === true
    ? pending(`${seen.reason}: the net below it leads every visitor to the new side meanwhile`, { side: 'old', evidence: seen.evidence })
    : seen

function seenThere(context: Context, routers: readonly EdgeRouter[], route: MovingRoute, set: RouteSet): Observation {
  const written = [route.name, netName(route.name)].flatMap((name) =>
    set.routers[name] === undefined ? [] : [[name, set.routers[name]] as const],
  )
  for (const [name, definition] of written) {
    const notLoaded = whyNotLoaded(routerNamed(routers, inFile(name)), name, definition)
    if (notLoaded !== undefined) return notLoaded
  }
  const why = whyNotWinner(context.ports.edge, routers, questionsOf(context, route), inFile(route.name))
  return why === undefined
    ? pass(`router ${inFile(route.name)} is enabled and wins`)
    : pending(`router ${inFile(route.name)} is enabled, but ${why}`, { side: 'new' })
}

function seenGone(context: Context, routers: readonly EdgeRouter[], route: MovingRoute): Observation {
  if (routers.some((each) => each.name === inFile(route.name))) return pending(`Traefik still has router ${inFile(route.name)}`)
  const why = whyNotWinner(context.ports.edge, routers, questionsAtHome(context, route), route.replaced.name)
  return why === undefined
    ? pass(`router ${route.replaced.name} wins again`)
    : pending(`router ${route.replaced.name} does not win: ${why}`, { side: 'old' })
}
