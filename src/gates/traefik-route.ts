import { z } from 'zod'
import { DEFAULT_GATE_POLICY } from '../domain/gate-policy.ts'
import { look } from '../domain/look.ts'
import type { Observation } from '../domain/observation.ts'
import { combine, fail, inconclusive, pass, pending } from '../domain/observation.ts'
import { siteOf } from '../domain/plan.ts'
import type { EdgeRouter } from '../domain/ports/index.ts'
import type { LookingGateKind, StepContext } from '../domain/step-kind.ts'
import { observeStanding } from './standing.ts'

const spec = z.strictObject({
  router: z
    .string()
    .regex(/^[^@\s]+@[^@\s]+$/, 'NAME@PROVIDER')
    .optional()
    .describe('Router that must be enabled and win for the site, NAME@PROVIDER; those of finished steps unless told'),
})
export type TraefikRouteSpec = z.output<typeof spec>
type Context = StepContext<TraefikRouteSpec>

export const traefikRoute: LookingGateKind<TraefikRouteSpec> = {
  kind: 'traefik-route',
  summary: 'The running Traefik has the router, enabled, and it wins for the site',
  spec,
  example: { router: 'k8s-jmc@file' },
  targets: ['edge'],
  describe: ({ router }) =>
    `${router === undefined ? 'the routers of finished steps are' : `router ${router} is`} enabled and win${router === undefined ? '' : 's'}`,
  defaultPolicy: { ...DEFAULT_GATE_POLICY, interval: 1_000, timeout: 30_000, successThreshold: 3 },
  observe: (context) => {
    const { router } = context.spec
    return router === undefined ? observeStanding(context, 'traefik-route') : look(`router ${router}`, () => observe(context, router))
  },
}

async function observe(context: Context, name: string): Promise<Observation> {
  const routers = await context.ports.edge.routers()
  const copies = routers.filter((each) => each.name === name)
  const router = copies.find((each) => each.status === 'disabled') ?? copies[0]
  if (router === undefined) return pending(`Traefik has no router ${name}`)
  if (router.status === 'disabled') return fail(`Traefik has disabled ${name}: ${router.errors.join('; ')}`)
  return combine(
    await entryPoints(context, copies).then((points) => points.map((entryPoint) => winsOn(context, routers, name, entryPoint))),
  )
}

/** Traefik shows a copy of a router for each entry point with settings of its own; a router without entry points listens on all of them. */
async function entryPoints({ ports }: Context, copies: readonly EdgeRouter[]): Promise<readonly string[]> {
  const named = [...new Set(copies.flatMap((each) => each.entryPoints))]
  return named.length > 0 ? named : (await ports.edge.entryPoints()).map((each) => each.name)
}

function winsOn({ ports, plan }: Context, routers: readonly EdgeRouter[], name: string, entryPoint: string): Observation {
  const { hostname, pathname } = new URL(siteOf(plan).url)
  const found = ports.edge.winner(routers, { entryPoint, host: hostname, path: pathname, method: 'GET' })
  if (!found.certain)
    return inconclusive(
      `who wins on ${entryPoint} cannot be told: ${found.reason}`,
      found.rivals.map((each) => `${each.name}: ${each.rule}`),
    )
  if (found.winner?.name === name) return pass(`router ${name} is enabled and wins on ${entryPoint}`)
  return pending(
    found.winner === undefined
      ? `no router answers for ${hostname} on ${entryPoint}`
      : `router ${found.winner.name} wins on ${entryPoint}, not ${name}`,
  )
}
