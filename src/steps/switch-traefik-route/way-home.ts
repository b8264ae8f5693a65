import { siteOf } from '../../domain/plan.ts'
import type { EdgePort, EdgeRouter, RouteQuestion } from '../../domain/ports/index.ts'
import type { Problem } from '../../domain/problem.ts'
import type { StepContext } from '../../domain/step-kind.ts'
import { visitSite } from '../../domain/visit-site.ts'
import { whyNotWinner } from './question.ts'

/** A way that visitors are to go home by: their requests, and the router that is to answer them then. */
export interface WayHome {
  readonly asked: readonly RouteQuestion[]
  readonly replaced: string
}

/**
 * Why visitors would not come to the routers that ours took over from, were `leaving` (ours, with their provider) gone: while ours stood above all,
 * another one may have come in between, or the replaced one may have been edited. Undefined: they would; or a visitor gets no right answer now, so that
 * nothing is lost by going, and what stands in between may be somebody's way to help.
 */
export async function whyNotHome(
  context: StepContext<unknown>,
  leaving: readonly string[],
  ways: readonly WayHome[],
): Promise<string | undefined> {
  if (ways.length === 0) return undefined
  const { edge } = context.ports
  const routers = await edge.routers()
  const staying = routers.filter((each) => !leaving.includes(each.name))
  for (const { asked, replaced } of ways) {
    const moved = asked.filter((question) => answersNow(edge, routers, leaving, question))
    const why = whyNotWinner(edge, staying, moved, replaced)
    if (why !== undefined && (await visitSite(context)).verdict !== 'pending')
      return `without our router ${replaced} would not answer visitors of ${asked[0]?.host ?? 'the site'}: ${why}`
    if (why !== undefined) context.progress(`visitors get no right answer now, so they are moved although ${why}`)
  }
  return undefined
}

/** Whether one of ours may answer it now. On an entry point where another wins (a redirection of Traefik's own) nothing changes without ours. */
function answersNow(edge: EdgePort, routers: readonly EdgeRouter[], leaving: readonly string[], question: RouteQuestion): boolean {
  const now = edge.winner(routers, question)
  return !now.certain || (now.winner !== undefined && leaving.includes(now.winner.name))
}

/** The old side may be well; visitors would land somewhere else. */
export const noWayHome = ({ plan }: Pick<StepContext<unknown>, 'plan'>, replaced: string, details: readonly string[]): Problem => ({
  code: 'old-side-not-proven',
  summary: `visitors of ${siteOf(plan).url} would not come to ${replaced} if our router were gone, so they stay where they are`,
  attempted: `prove ${replaced} before visitors return to it`,
  details,
  next: [
    `change or remove the router that stands in between (or put ${replaced} back as it was), then roll back again`,
    'or stay on the new side',
  ],
  effect: 'no',
})
