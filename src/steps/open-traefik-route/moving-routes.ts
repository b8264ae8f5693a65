import type { EdgeRouter, RouterDefinition } from '../../domain/ports/index.ts'
import type { Problem } from '../../domain/problem.ts'
import { recorded } from '../recorded.ts'
import type { Recorded } from '../recorded.ts'
import { hostsOf } from '../rule-hosts.ts'
import { defineRouter, refusals } from '../switch-traefik-route/definition.ts'
import type { RouteView } from '../switch-traefik-route/preview.ts'
import { mayMatchHost, routerNamed } from '../switch-traefik-route/question.ts'
import { inFile, PROBE_HEADER, qualify } from '../switch-traefik-route/record.ts'
import type { MoveOptions, OpenRecord, OpenSpec } from './record.ts'
import { siteRoute } from './record.ts'

/** Our router for one that moves, before it has doors. */
export interface Move {
  readonly name: string
  readonly definition: RouterDefinition
  readonly replaced: EdgeRouter
}

/**
 * The site's own router and every other that leads to the same service: they move together, or the job could not stop (the redirect of the bare
 * domain would be gone with it). Among themselves they keep the order of their priorities.
 */
export function movingRoutes(spec: OpenSpec, view: RouteView): readonly Move[] {
  const others = leadingToJob(spec, view).map((replaced) => moveAlong(spec, view, replaced))
  if (others.length === 0) return [{ name: spec.router, definition: view.definition, replaced: view.replaced }]
  const moves = [{ name: spec.router, definition: view.definition, replaced: view.replaced }, ...others]
  const top = Math.max(...moves.map((each) => each.definition.priority))
  const ranks = [...new Set(moves.map((each) => each.replaced.priority))].sort((a, b) => a - b)
  return moves.map((each, index) =>
    index === 0 && spec.priority !== undefined
      ? each
      : { ...each, definition: { ...each.definition, priority: top + ranks.indexOf(each.replaced.priority) } },
  )
}

/** Routers of every provider, beside the replaced one, whose service is the old side's. */
export function leadingToJob(spec: OpenSpec, { routers, replaced }: Pick<RouteView, 'routers' | 'replaced'>): readonly EdgeRouter[] {
  const service = qualify(replaced.service, replaced.provider)
  const names = new Set(
    routers
      .filter((each) => each.provider !== 'internal' && !isDoor(each) && qualify(each.service, each.provider) === service)
      .map((each) => each.name)
      .filter((each) => each !== replaced.name && !(spec.leaves ?? []).includes(each)),
  )
  return [...names].sort().flatMap((name) => routerNamed(routers, name) ?? [])
}

/** Routers that lead to the same job and came after the route was opened: nothing of ours takes their visitors over. */
export const cameSince = (spec: OpenSpec, routers: readonly EdgeRouter[], record: Pick<OpenRecord, 'routes'>): readonly EdgeRouter[] =>
  leadingToJob(spec, { routers, replaced: siteRoute(record).replaced }).filter(
    ({ name }) => !record.routes.some((route) => route.replaced.name === name),
  )

/** A door or a probe, of whatever run. */
export const isDoor = ({ rule }: Pick<EdgeRouter, 'rule'>): boolean => rule.includes(PROBE_HEADER)

function moveAlong(spec: OpenSpec, view: RouteView, replaced: EdgeRouter): Move {
  const options: MoveOptions = spec.moves?.[replaced.name] ?? {}
  const name = options.router ?? `${spec.router}-${replaced.name.slice(0, replaced.name.lastIndexOf('@'))}`
  const route = {
    ...spec,
    router: name,
    rule: replaced.rule,
    entryPoints: replaced.entryPoints,
    middlewares: options.middlewares,
    tls: undefined,
    priority: undefined,
  }
  return { name, replaced, definition: defineRouter(route, replaced, rivalsOf(view.routers, replaced, name)) }
}

const rivalsOf = (routers: readonly EdgeRouter[], { rule, entryPoints }: EdgeRouter, name: string): readonly EdgeRouter[] =>
  routers.filter((each) => each.name !== inFile(name) && hostsOf(rule).some((host) => mayMatchHost(each, host, entryPoints)))

/** What forbids that a router moves along: it could not be asked, or would fall apart with the job. */
export function moveRefusals(move: Move, view: RouteView, moving: readonly Move[]): readonly Problem[] {
  const { replaced } = move
  const stay = `list ${replaced.name} under \`leaves\`, if it may go down with the job`
  if (replaced.ruleSyntax !== undefined) {
    return [cannotMove(replaced, `its rule is in the syntax of Traefik ${replaced.ruleSyntax}`, [`rewrite it in today's syntax`, stay])]
  }
  if (hostsOf(replaced.rule).length === 0) return [cannotMove(replaced, 'its rule names no host that could be asked', [stay])]
  const overruled = overruledBy(move, view, moving)
  if (overruled !== undefined) {
    const { name, priority, rule } = overruled
    return [
      cannotMove(replaced, `our router for it would also take requests that ${name} (priority ${priority}, ${rule}) may answer now`, [
        stay,
      ]),
    ]
  }
  return refusals(move.definition, replaced, rivalsOf(view.routers, replaced, move.name)).map((problem) => ({
    ...problem,
    summary: `${replaced.name} leads to the same job and moves along: ${problem.summary}`,
    next: [...problem.next, stay],
  }))
}

/** A router that stays and is not below the one that moves: ours, which is above all, would take its visitors to another application. */
function overruledBy({ name, replaced }: Move, view: RouteView, moving: readonly Move[]): EdgeRouter | undefined {
  const moves = new Set(moving.map((each) => each.replaced.name))
  return rivalsOf(view.routers, replaced, name).find((each) => !moves.has(each.name) && !isDoor(each) && each.priority >= replaced.priority)
}

const cannotMove = (replaced: EdgeRouter, why: string, next: readonly string[]): Problem => ({
  code: 'router-cannot-move',
  summary: `router ${replaced.name} (${replaced.rule}) leads to the same job, but cannot move along: ${why}`,
  next,
  effect: 'no',
})

/** A name in `leaves` or `moves` that no router to the job has: a slip of the pen, or it is gone. */
export function unknownNames(spec: OpenSpec, view: RouteView): readonly Problem[] {
  const known = leadingToJob({ ...spec, leaves: [] }, view).map((each) => each.name)
  return [...(spec.leaves ?? []), ...Object.keys(spec.moves ?? {})]
    .filter((each) => !known.includes(each))
    .map((each) => ({
      code: 'unknown-router',
      summary: `no router ${each} leads to the service of ${spec.replaces}`,
      details: [known.length === 0 ? 'no other router does' : `these do: ${known.join(', ')}`],
      next: ['correct the name under `leaves` or `moves`, or remove it'],
      effect: 'no' as const,
    }))
}

export const asRecorded = (definition: RouterDefinition): Recorded<RouterDefinition> => recorded(definition)
