import type { Preview } from '../../domain/change.ts'
import { canonicalJson } from '../../domain/json.ts'
import type { EdgeRouter } from '../../domain/ports/index.ts'
import type { Problem } from '../../domain/problem.ts'
import { recorded } from '../recorded.ts'
import { keepRead } from '../switch-traefik-route/just-read.ts'
import type { RouteView } from '../switch-traefik-route/preview.ts'
import { basis, decideRoute, refuse } from '../switch-traefik-route/preview.ts'
import { whyNotWinner } from '../switch-traefik-route/question.ts'
import { inFile, qualify, recordFile, shownText, whereIs } from '../switch-traefik-route/record.ts'
import { routeWarnings } from '../switch-traefik-route/remarks.ts'
import { questionsOf } from './ask-route.ts'
import { copyName, plainCopy } from './own-copy.ts'
import { keyOf, markOf, withDoors } from './doors.ts'
import { isDoor, moveRefusals, movingRoutes, unknownNames } from './moving-routes.ts'
import type { MovingRoute, OpenContext, OpenRecord } from './record.ts'
import { changeBetween, doorsOf } from './route-set.ts'
import { netName } from './safety-net.ts'
import { NOTHING } from './record.ts'

/** Two routers for our own requests: what visitors get does not change by them. */
export async function previewOpen(context: OpenContext): Promise<Preview<OpenRecord>> {
  const view = await decideRoute(context)
  const record = recordOf(context, view)
  const moves = movingRoutes(context.spec, view)
  refuse([
    ...unknownNames(context.spec, view),
    ...moves.slice(1).flatMap((move) => moveRefusals(move, view, moves)),
    ...(await namesTaken(context, view, record)),
  ])
  refuse(doorsThatStayShut(context, view, record))
  const after = context.ports.edge.edit(view.config, changeBetween(NOTHING, doorsOf(record)))
  const also = record.routes.slice(1).map((each) => each.replaced.name)
  return {
    changes: [
      {
        system: 'traefik',
        object: `doors for our own requests in ${whereIs(view.config, context)}`,
        action: 'update',
        before: shownText(view.config.file.bytes),
        after: shownText(after.bytes),
        remarks: [
          'only requests with the secret header of this run match',
          ...(record.copy === undefined ? [] : [`${record.services.new} dials the servers of ${record.target}, for this site alone`]),
          ...(also.length > 0 ? [`${also.join(', ')} ${also.length === 1 ? 'leads' : 'lead'} to the same job and will move along`] : []),
        ],
      },
    ],
    undoRecord: keepRead(record, { config: view.config }),
    basis: [...basis(view, context.spec.router), ...record.routes.slice(1).map(movedBasis)],
    warnings: [
      ...routeWarnings(context.spec, {
        ...view,
        routers: view.routers.filter((each) => !also.includes(each.name) && !isDoor(each)),
        rivals: view.rivals.filter((each) => !isDoor(each)),
      }),
      ...view.routers.filter(isDoor).map((each) => `router ${each.name} is a door or a probe of another run: it stays as it is`),
    ],
  }
}

function recordOf(context: OpenContext, view: RouteView): OpenRecord {
  const { spec, runId, ports } = context
  const secret = ports.randomHex(16)
  const target = qualify(view.definition.service, 'file')
  const copy = view.service && plainCopy(view.service)
  const services = {
    old: qualify(view.replaced.service, view.replaced.provider),
    new: copy === undefined ? target : inFile(copyName(spec.router)),
  }
  const mark = markOf(runId)
  return recorded<OpenRecord>({
    file: recordFile(view.config.file),
    routes: movingRoutes(spec, view).map((move, position) => withDoors(move, mark, position, secret, services)),
    services,
    target,
    ...(copy && { copy }),
    ...(spec.sticky && {
      sticky: {
        name: spec.sticky.cookie,
        ...(spec.sticky.secure !== undefined && { secure: spec.sticky.secure }),
        ...(spec.sticky.httpOnly !== undefined && { httpOnly: spec.sticky.httpOnly }),
      },
    }),
    secret,
  })
}

const movedBasis = ({ name, definition, replaced }: MovingRoute) => {
  const { status: _status, errors: _errors, ...route } = replaced
  return { name: `router ${replaced.name}, which moves along as ${name}`, value: canonicalJson(recorded({ route, definition })) }
}

/** Names that later portions will write must be free now: found out here, and not with visitors half moved. */
async function namesTaken(
  context: OpenContext,
  { config, routers: running }: RouteView,
  { routes }: OpenRecord,
): Promise<readonly Problem[]> {
  const { edge } = context.ports
  const { router } = context.spec
  // Another file of a directory may define them: the running Traefik knows.
  const known = [router, copyName(router)].map(async (each) =>
    config.services.includes(each) || (await edge.service(inFile(each))) !== undefined ? [`http.services.${each}`] : [],
  )
  const services = (await Promise.all(known)).flat()
  const names = [router, ...routes.slice(1).map((each) => each.name)].flatMap((each) => [netName(each), each])
  const routers = names
    .filter((each) => each !== router && (config.routers.includes(each) || running.some((one) => one.name === inFile(each))))
    .map((each) => `http.routers.${each}`)
  const twice = names.filter((each, index) => names.slice(0, index).includes(each))
  return [
    ...[...services, ...routers].map((each) => ({
      code: 'name-taken',
      summary: `${whereIs(config, context)} already has ${each}, a name that sharing the route would use`,
      next: ['choose another name for `router` (or under `moves`)', `or remove ${each} from the file, if nobody needs it`],
      effect: 'no' as const,
    })),
    ...twice.map((each) => ({
      code: 'name-taken',
      summary: `two routers would be called ${each}`,
      next: ['give one of them another name: `moves: { NAME@PROVIDER: { router: … } }`'],
      effect: 'no' as const,
    })),
  ]
}

/** A door that another router answers would prove the wrong side. */
function doorsThatStayShut(context: OpenContext, view: RouteView, record: OpenRecord): readonly Problem[] {
  const { edge } = context.ports
  const doors = record.routes.flatMap((route) => (['old', 'new'] as const).map((side) => ({ route, side, door: route.doors[side] })))
  return doors.flatMap(({ route, side, door }) => {
    const ours: EdgeRouter = { ...door.definition, name: inFile(door.name), provider: 'file', status: 'enabled', errors: [] }
    const why = whyNotWinner(edge, [...view.routers, ours], questionsOf(context, route, keyOf(record, side)), inFile(door.name))
    return why === undefined
      ? []
      : [
          {
            code: 'competing-router',
            summary: `the way of ${route.replaced.name} could not be tried with requests of our own: ${why}`,
            next: [
              route.name === context.spec.router
                ? 'correct `rule`, or change the competing router'
                : `list ${route.replaced.name} under \`leaves\``,
            ],
            effect: 'no' as const,
          },
        ]
  })
}
