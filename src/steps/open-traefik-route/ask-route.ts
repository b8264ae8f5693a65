import { siteOf } from '../../domain/plan.ts'
import type { HttpExchange, RouteQuestion } from '../../domain/ports/index.ts'
import { ProblemError } from '../../domain/problem.ts'
import type { StepContext } from '../../domain/step-kind.ts'
import { askSite, visitorsAddress } from '../../domain/visit-site.ts'
import { hostsOf } from '../rule-hosts.ts'
import { questions } from '../switch-traefik-route/question.ts'
import type { MovingRoute } from './record.ts'

type Headers = Readonly<Record<string, string>>

/** A route to be asked: what of it a request depends on. */
export type Asked = Pick<MovingRoute, 'definition' | 'site'>

/** The requests that a route is about, one for each of its hosts and entry points. */
export function questionsOf(context: Pick<StepContext<unknown>, 'plan'>, route: Asked, headers?: Headers): readonly RouteQuestion[] {
  const { rule, entryPoints } = route.definition
  if (route.site) return questions(context.plan, entryPoints, headers)
  const path = pathOf(rule) ?? '/'
  return hostsOf(rule).flatMap((host) =>
    entryPoints.map((entryPoint) => ({ entryPoint, host, path, method: 'GET', ...(headers && { headers }) })),
  )
}

/** The requests that the router which a route took over from answers without it: of all that it listens on, what our route took over. */
export const questionsAtHome = (
  context: Pick<StepContext<unknown>, 'plan'>,
  { site, replaced, definition }: Pick<MovingRoute, 'definition' | 'replaced' | 'site'>,
): readonly RouteQuestion[] => questionsOf(context, { site, definition: { ...replaced, entryPoints: definition.entryPoints } })

/** The first path that a rule asks for, `Path` or `PathPrefix`; undefined: any. */
const pathOf = (rule: string): string | undefined => /\bPath(?:Prefix)?\([`"]([^`"]+)[`"]/.exec(rule)?.[1]

/** One request for a route, as a visitor of its host makes it, through the edge's own entry point. */
export async function askRoute(context: StepContext<unknown>, route: Asked, headers?: Headers): Promise<HttpExchange> {
  if (route.site) return askSite(context, headers)
  const { plan, ports, files, signal } = context
  const [question] = questionsOf(context, route)
  if (question === undefined)
    throw new ProblemError({
      code: 'route-without-host',
      summary: `no host can be asked for ${route.definition.rule}`,
      next: [],
      effect: 'no',
    })
  const point = (await ports.edge.entryPoints()).find((each) => each.name === question.entryPoint)
  const secure = point?.tls === true || route.definition.tls !== undefined
  const authority = siteOf(plan).ca
  const ca = authority === undefined ? undefined : await files.read(authority)
  const edge = hostOf(await visitorsAddress(context)) ?? question.host
  const port = portOf(point?.address) ?? (secure ? '443' : '80')
  return ports.visitor.ask(
    {
      url: `${secure ? 'https' : 'http'}://${question.host}${question.path}`,
      connectTo: `${edge}:${port}`,
      ...(ca !== undefined && { ca }),
      ...(headers && { headers }),
    },
    signal,
  )
}

/** `192.168.1.5:443` → `192.168.1.5`; brackets of IPv6 stay. */
const hostOf = (address: string | undefined): string | undefined => address?.replace(/:\d+$/, '')

/** An entry point's address as Traefik shows it: `:443`, `10.0.0.1:80/tcp`. */
const portOf = (address: string | undefined): string | undefined => /:(\d+)(?:\/tcp)?$/.exec(address ?? '')?.[1]
