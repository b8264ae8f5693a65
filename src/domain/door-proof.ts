import type { Observation, Side } from './observation.ts'
import { combine, fail, inconclusive, pending } from './observation.ts'
import { siteOf } from './plan.ts'
import type { EdgePort, EdgeRouter, RouteWinner } from './ports/edge.ts'
import type { SideDoor, SideDoors } from './side-doors.ts'
import type { Visiting } from './visit-site.ts'

/** A door through which a request cannot be said to reach the side that it is for. */
export interface ClosedDoor {
  readonly side: Side
  /** A sentence. */
  readonly why: string
  /** Set where Traefik's router may be the right one, and our reading of rules cannot tell. */
  readonly uncertain?: true
  /** Set where Traefik has disabled the door: what it needs of that side is gone, and every route to the side needs the same. */
  readonly errors?: readonly string[]
}

/**
 * The doors whose requests cannot be said to reach the side that they are for, by what the running Traefik says; empty when all do. Where a door is
 * not loaded, or is disabled, its request goes the way of every visitor: the old side would be compared with itself.
 */
export async function whyDoorsNotProven(
  { plan, ports: { edge } }: Pick<Visiting, 'plan' | 'ports'>,
  doors: SideDoors,
  paths: readonly string[],
): Promise<readonly ClosedDoor[]> {
  const [routers, points] = await Promise.all([edge.routers(), edge.entryPoints()])
  const everywhere = points.map(({ name }) => name)
  const sides: readonly Side[] = ['old', 'new']
  return sides.flatMap((side) =>
    paths.flatMap((path) => {
      const not = whyNotThrough(edge, routers, everywhere, doors[side], new URL(path, siteOf(plan).url))
      if (not === undefined) return []
      const errors = disabledBecause(routers, doors[side])
      return [{ ...not, side, why: `${path} through the door of the ${side} side: ${not.why}`, ...(errors && { errors }) }]
    }),
  )
}

/** What Traefik says of a door that it has disabled; undefined where it has not. */
const disabledBecause = (routers: readonly EdgeRouter[], door: SideDoor): readonly string[] | undefined =>
  routers.find((each) => each.status === 'disabled' && isDoor(door, each))?.errors

/** Only the door's own rule holds its secret. */
const isDoor = ({ headers }: SideDoor, { rule }: EdgeRouter): boolean => Object.values(headers).some((secret) => rule.includes(secret))

/**
 * Closed doors as an observation. One that is not loaded, or that another router answers, says nothing of the side behind it. A disabled one does: the
 * new side fails; the old one may come back, as a catalog's services do, and visitors who share both are all on the new one meanwhile.
 */
export function judgeClosed(closed: readonly ClosedDoor[]): Observation {
  const disabled = closed.flatMap(({ side, errors }) => (errors === undefined ? [] : [{ side, errors }]))
  // Both at once: what is gone is what they share, such as a middleware while Traefik starts.
  if (new Set(disabled.map(({ side }) => side)).size === 1) return combine(disabled.map(disabledDoor))
  const sentences = closed.map(({ why }) => why)
  return inconclusive(`which side answers is not certain: ${sentences[0] ?? 'no door was looked at'}`, sentences)
}

function disabledDoor({ side, errors }: { readonly side: Side; readonly errors: readonly string[] }): Observation {
  const reason = `Traefik has disabled the door to the ${side} side: ${errors.join('; ')}`
  return side === 'new' ? fail(reason, { side, evidence: errors }) : pending(reason, { side, evidence: errors })
}

/** A router to the side's services must win on each of its entry points, those aside that Traefik itself redirects. */
function whyNotThrough(
  edge: EdgePort,
  routers: readonly EdgeRouter[],
  everywhere: readonly string[],
  door: SideDoor,
  url: URL,
): Pick<ClosedDoor, 'why' | 'uncertain'> | undefined {
  const ask = (entryPoint: string): RouteWinner =>
    edge.winner(routers, { entryPoint, host: url.hostname, path: url.pathname, method: 'GET', headers: door.headers })
  const leading = routers.filter((each) => each.status !== 'disabled' && leadsTo(door, each))
  const tried = leading.map((router) => {
    const asked = (router.entryPoints.length === 0 ? everywhere : router.entryPoints).map(ask)
    return asked.filter((found) => !found.certain || found.winner?.provider !== 'internal')
  })
  if (
    tried.some(
      (found) => found.length > 0 && found.every((each) => each.certain && each.winner !== undefined && leadsTo(door, each.winner)),
    )
  ) {
    return undefined
  }
  const services = door.services.join(' or ')
  if (leading.length === 0) return { why: `no router of the edge leads to ${services}` }
  const other = tried.flat().find((each) => !each.certain || each.winner === undefined || !leadsTo(door, each.winner))
  if (other === undefined || (other.certain && other.winner === undefined)) return { why: `no router that leads to ${services} answers it` }
  if (!other.certain) return { why: `who answers cannot be told: ${other.reason}`, uncertain: true }
  return { why: `router ${other.winner?.name ?? '?'} answers it, which does not lead to ${services}` }
}

const leadsTo = ({ services }: SideDoor, { service, provider }: EdgeRouter): boolean =>
  services.includes(service.includes('@') ? service : `${service}@${provider}`)
