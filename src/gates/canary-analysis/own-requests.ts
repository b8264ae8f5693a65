import { judgeClosed, whyDoorsNotProven } from '../../domain/door-proof.ts'
import type { Observation } from '../../domain/observation.ts'
import { inconclusive } from '../../domain/observation.ts'
import { siteOf } from '../../domain/plan.ts'
import type { HttpExchange } from '../../domain/ports/visitor.ts'
import type { SideDoors } from '../../domain/side-doors.ts'
import { differences, whyBlind } from '../../domain/site.ts'
import type { Visiting } from '../../domain/visit-site.ts'
import { askAsVisitor, sitePath } from '../../domain/visit-site.ts'
import type { OwnRequest, Pair } from './sample.ts'

/** Made through both doors, or what there is to say without it. */
export type Asked = { readonly pair: Pair } | { readonly unasked: Observation }

/** Asks both sides for the same path at the same time. The doors are proven before it and after it: a reload in between may have taken one away. */
export async function askBoth(context: Visiting, doors: SideDoors, path: string): Promise<Asked> {
  const closed = await whyDoorsNotProven(context, doors, [path])
  if (closed.length > 0) return { unasked: judgeClosed(closed) }
  const asked = await askEach(context, doors, path)
  const closedSince = await whyDoorsNotProven(context, doors, [path])
  return closedSince.length > 0 ? { unasked: judgeClosed(closedSince) } : asked
}

async function askEach(context: Visiting, doors: SideDoors, path: string): Promise<Asked> {
  const site = siteOf(context.plan)
  const url = new URL(path, site.url).href
  const [old, fresh] = await Promise.all([askAsVisitor(context, url, doors.old.headers), askAsVisitor(context, url, doors.new.headers)])
  const blind = whyBlind(old) ?? whyBlind(fresh)
  if (blind !== undefined) return { unasked: inconclusive(`${url} could not be asked: ${blind}`) }
  const wrong =
    path === sitePath(context.plan)
      ? { old: differences(old, site.expect), new: differences(fresh, site.expect) }
      : { old: broken(old), new: otherThan(old, fresh) }
  return { pair: { old: requestOf(path, old, wrong.old), new: requestOf(path, fresh, wrong.new) } }
}

const broken = (exchange: HttpExchange): readonly string[] => {
  if (!exchange.ok) return [`no answer: ${exchange.failure} (${exchange.detail})`]
  return exchange.status >= 500 ? [`status ${exchange.status}`] : []
}

/** Of a path that the plan says nothing of, the old side says what is right, unless it is broken itself. */
function otherThan(old: HttpExchange, fresh: HttpExchange): readonly string[] {
  const wrong = broken(fresh)
  if (wrong.length > 0 || broken(old).length > 0 || !old.ok || !fresh.ok || old.status === fresh.status) return wrong
  return [`status ${fresh.status}, the old side answered ${old.status}`]
}

function requestOf(path: string, exchange: HttpExchange, wrong: readonly string[]): OwnRequest {
  if (!exchange.ok) return { path, wrong }
  const milliseconds = exchange.timings.done ?? exchange.timings.firstByte
  return { path, status: exchange.status, wrong, ...(milliseconds !== undefined && { seconds: milliseconds / 1_000 }) }
}
