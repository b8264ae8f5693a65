import { look } from './look.ts'
import type { Observation, Side } from './observation.ts'
import { siteOf } from './plan.ts'
import type { HttpExchange } from './ports/visitor.ts'
import { judgeVisit } from './site.ts'
import type { StepContext } from './step-kind.ts'

/** What a look as a visitor needs of a step's context. */
export type Visiting = Pick<StepContext<unknown>, 'plan' | 'ports' | 'files' | 'signal'>

/**
 * One request for the site as a visitor makes it: its own Host and SNI, connected to the edge's address for visitors where the plan
 * names one (what DNS says otherwise), trusting the plan's `site.ca` where there is one. `headers` are sent as well.
 */
export async function askSite(context: Visiting, headers?: Readonly<Record<string, string>>): Promise<HttpExchange> {
  return askAsVisitor(context, siteOf(context.plan).url, headers)
}

/** Like `askSite`, for another URL. The edge's address is used for the site's own host only; other names are DNS's. */
export async function askAsVisitor(context: Visiting, url: string, headers?: Readonly<Record<string, string>>): Promise<HttpExchange> {
  const { site } = context.plan
  const connectTo = isOfSite(context.plan, url) ? await visitorsAddress(context) : undefined
  const ca = site?.ca === undefined ? undefined : await context.files.read(site.ca)
  return context.ports.visitor.ask(
    { url, ...(connectTo !== undefined && { connectTo }), ...(ca !== undefined && { ca }), ...(headers && { headers }) },
    context.signal,
  )
}

/** The path, with its query, that `site.expect` is about. */
export function sitePath(plan: Pick<Visiting['plan'], 'site'>): string {
  const { pathname, search } = new URL(siteOf(plan).url)
  return `${pathname}${search}`
}

/** Whether a URL is one of the site: the same host. */
export const isOfSite = ({ site }: Pick<Visiting['plan'], 'site'>, url: string): boolean =>
  site !== undefined && new URL(url).host === new URL(site.url).host

/**
 * One look at the site as a visitor. A wrong answer is `pending` with `visitorSawIt`; a gate's policy decides what that means. Trouble of our own
 * resolver or network is `inconclusive`: no reason to move anybody.
 */
export async function visitSite(context: Visiting, side?: Side): Promise<Observation> {
  const { url, expect } = siteOf(context.plan)
  return look(url, async () => judgeVisit(await askSite(context), expect, `a visitor of ${url}`, side))
}

/** `host:port` of `targets.edge.visitors`; a template in it is resolved by the edge's adapter, which knows the real value. */
export async function visitorsAddress({ plan, ports }: Visiting): Promise<string | undefined> {
  const visitors = plan.targets.edge?.visitors
  if (visitors === undefined || !visitors.includes('${')) return visitors
  return (await ports.edge.describe()).visitors
}
