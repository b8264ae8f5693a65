import { canonicalJson } from '../../domain/json.ts'
import { look } from '../../domain/look.ts'
import type { Observation } from '../../domain/observation.ts'
import { fail, pass, pending } from '../../domain/observation.ts'
import type { EdgeRouter, RouterDefinition } from '../../domain/ports/index.ts'
import { visitSite } from '../../domain/visit-site.ts'
import { recorded } from '../recorded.ts'
import { questions, routerNamed, whyNotWinner } from './question.ts'
import { inFile } from './record.ts'
import type { SwitchContext, SwitchRecord } from './record.ts'

/** Our router loaded, enabled and winning; and only then the site, as a visitor. */
export async function verifySwitch(context: SwitchContext, record: SwitchRecord): Promise<Observation> {
  const route = await observeRoute(context, record)
  if (route.verdict !== 'pass') return route
  const seen = await visitSite(context, 'new')
  return seen.verdict === 'pass' ? pass(`${route.reason}; ${seen.reason}`) : seen
}

/** What the running Traefik makes of our router. Its content is compared: after a rejected file the API goes on showing the old. */
export const observeRoute = (context: SwitchContext, record: SwitchRecord): Promise<Observation> =>
  look('the routers of the edge', async () => {
    const { edge } = context.ports
    const routers = await edge.routers()
    const loaded = routerNamed(routers, inFile(record.name))
    const notLoaded = whyNotLoaded(loaded, record.name, record.definition)
    if (notLoaded !== undefined) return notLoaded
    const notWinning = whyNotWinner(edge, routers, questions(context.plan, record.definition.entryPoints), inFile(record.name))
    if (notWinning !== undefined) return pending(`router ${inFile(record.name)} is enabled, but ${notWinning}`, { side: 'new' })
    return pass(`router ${inFile(record.name)} is enabled and wins`)
  })

/** Undefined: loaded as written and enabled. */
export function whyNotLoaded(loaded: EdgeRouter | undefined, name: string, definition: RouterDefinition): Observation | undefined {
  if (loaded === undefined || !sameRouter(loaded, definition)) {
    const what =
      loaded === undefined
        ? `Traefik has not loaded router ${inFile(name)}`
        : `Traefik shows another router ${inFile(name)} than the one written`
    return pending(what, {
      side: 'new',
      evidence: [
        'Traefik rejects a whole file for one error in it and goes on with the old configuration: only its log says so',
        'a single-file bind mount never shows it a rename',
      ],
    })
  }
  if (loaded.status !== 'disabled') return undefined
  return fail(`Traefik has disabled router ${inFile(name)}: ${loaded.errors.join('; ')}`, { side: 'new', evidence: loaded.errors })
}

/**
 * Whether the API shows the router that we wrote. Services and middlewares of the file may be shown with their provider, and a router
 * without TLS gets that of its entry point.
 */
export function sameRouter(loaded: EdgeRouter, definition: RouterDefinition): boolean {
  const shown = definition.tls === undefined ? { ...loaded, tls: undefined } : loaded
  return canonicalJson(content(shown)) === canonicalJson(content(definition))
}

function content(router: RouterDefinition) {
  const bare = (name: string): string => name.replace(/@file$/, '')
  return recorded({
    rule: router.rule,
    service: bare(router.service),
    entryPoints: [...router.entryPoints].sort(),
    priority: router.priority,
    middlewares: (router.middlewares ?? []).map(bare),
    tls: router.tls,
  })
}
