import type { Side } from './observation.ts'
import { siteOf } from './plan.ts'
import type { EdgePort, EdgeRouter, RouteWinner } from './ports/edge.ts'
import type { SideDoor, SideDoors } from './side-doors.ts'
import type { Visiting } from './visit-site.ts'

/**
 * Why requests through the doors cannot be said to reach the side that they are for, each a sentence; empty when they do, by what the running
 * Traefik says. Where a door is not loaded, or is disabled, its request goes the way of every visitor: the old side would be compared with itself.
 */
export async function whyDoorsNotProven(
  { plan, ports: { edge } }: Pick<Visiting, 'plan' | 'ports'>,
  doors: SideDoors,
  paths: readonly string[],
): Promise<readonly string[]> {
  const [routers, points] = await Promise.all([edge.routers(), edge.entryPoints()])
  const everywhere = points.map(({ name }) => name)
  const sides: readonly Side[] = ['old', 'new']
  return sides.flatMap((side) =>
    paths.flatMap((path) => {
      const why = whyNotThrough(edge, routers, everywhere, doors[side], new URL(path, siteOf(plan).url))
      return why === undefined ? [] : [`${path} through the door of the ${side} side: ${why}`]
    }),
  )
}

/** A router to the side's services must win on each of its entry points, those aside that Traefik itself redirects. */
function whyNotThrough(
  edge: EdgePort,
  routers: readonly EdgeRouter[],
  everywhere: readonly string[],
  door: SideDoor,
  url: URL,
): string | undefined {
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
  if (leading.length === 0) return `no router of the edge leads to ${services}`
  const other = tried.flat().find((each) => !each.certain || each.winner === undefined || !leadsTo(door, each.winner))
  if (other === undefined || (other.certain && other.winner === undefined)) return `no router that leads to ${services} answers it`
  if (!other.certain) return `who answers cannot be told: ${other.reason}`
  return `router ${other.winner?.name ?? '?'} answers it, which does not lead to ${services}`
}

const leadsTo = ({ services }: SideDoor, { service, provider }: EdgeRouter): boolean =>
  services.includes(service.includes('@') ? service : `${service}@${provider}`)
