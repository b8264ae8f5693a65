import type { Side } from '../../domain/observation.ts'
import type { RouterDefinition } from '../../domain/ports/index.ts'
import type { SideDoors } from '../../domain/side-doors.ts'
import { recorded } from '../recorded.ts'
import { PROBE_HEADER, qualify } from '../switch-traefik-route/record.ts'
import { inOwnFile } from './route-set.ts'
import type { Move } from './moving-routes.ts'
import type { Door, MovingRoute, OpenRecord } from './record.ts'

/** Above the route that it belongs to, which is above every rival. */
const ABOVE = 1_000

/** A route with a door to each side of it. `mark` tells runs apart, `position` the routes of one run. */
export function withDoors(move: Move, mark: string, position: number, secret: string, services: OpenRecord['services']): MovingRoute {
  const suffix = position === 0 ? mark : `${mark}-${position + 1}`
  const { definition, replaced } = move
  const door = (side: Side, service: string, middlewares: readonly string[]): Door =>
    recorded({ name: `jmc-migrate-${side}-${suffix}`, definition: doorDefinition(definition, service, middlewares, key(secret, side)) })
  return recorded({
    name: move.name,
    site: position === 0,
    definition,
    replaced,
    doors: {
      old: door(
        'old',
        services.old,
        (replaced.middlewares ?? []).map((each) => qualify(each, replaced.provider)),
      ),
      new: door('new', inOwnFile(services.new), definition.middlewares ?? []),
    },
  })
}

/** The run's id as names of routers may hold it. */
export const markOf = (runId: string): string =>
  runId
    .replace(/[^A-Za-z0-9]/g, '')
    .slice(-8)
    .toLowerCase()

function doorDefinition(route: RouterDefinition, service: string, middlewares: readonly string[], value: string): RouterDefinition {
  const rule = route.rule.includes('||') ? `(${route.rule})` : route.rule
  return {
    rule: `${rule} && Header(\`${PROBE_HEADER}\`, \`${value}\`)`,
    service,
    entryPoints: route.entryPoints,
    priority: route.priority + ABOVE,
    ...(middlewares.length > 0 && { middlewares }),
    ...(route.tls !== undefined && { tls: route.tls }),
  }
}

/** The header that opens the door of this run to `side`. */
export const keyOf = ({ secret }: Pick<OpenRecord, 'secret'>, side: Side): Readonly<Record<string, string>> => ({
  [PROBE_HEADER]: key(secret, side),
})

const key = (secret: string, side: Side): string => `${side}-${secret}`

/** The doors for gates and comparisons. */
export function sideDoors(record: OpenRecord): SideDoors {
  return {
    old: { side: 'old', headers: keyOf(record, 'old'), services: [record.services.old] },
    new: { side: 'new', headers: keyOf(record, 'new'), services: [record.services.new] },
  }
}
