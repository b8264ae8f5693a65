import { siteOf } from '../../domain/plan.ts'
import type { EdgePort, RouteQuestion } from '../../domain/ports/index.ts'
import type { Problem } from '../../domain/problem.ts'
import type { StepContext } from '../../domain/step-kind.ts'
import { whyNotWinner } from './question.ts'

/** A way that visitors are to go home by: their requests, and the router that is to answer them then. */
export interface WayHome {
  readonly asked: readonly RouteQuestion[]
  readonly replaced: string
}

/**
 * Why visitors would not come to the routers that ours took over from, were `leaving` (ours, with their provider) gone: while ours stood above all,
 * another one may have come in between, or the replaced one may have been edited. Undefined: they would.
 */
export async function whyNotHome(edge: EdgePort, leaving: readonly string[], ways: readonly WayHome[]): Promise<string | undefined> {
  if (ways.length === 0) return undefined
  const staying = (await edge.routers()).filter((each) => !leaving.includes(each.name))
  for (const { asked, replaced } of ways) {
    const why = whyNotWinner(edge, staying, asked, replaced)
    if (why !== undefined) return `without our router ${replaced} would not answer visitors of ${asked[0]?.host ?? 'the site'}: ${why}`
  }
  return undefined
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
