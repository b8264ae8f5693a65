import { siteOf } from '../../domain/plan.ts'
import type { HttpExchange } from '../../domain/ports/visitor.ts'
import type { SideDoors } from '../../domain/side-doors.ts'
import { differences } from '../../domain/site.ts'
import type { Visiting } from '../../domain/visit-site.ts'
import { askAsVisitor } from '../../domain/visit-site.ts'
import type { OwnRequest, Pair } from './sample.ts'

/** The path that `site.url` names, with its query. */
export function sitePath(url: string): string {
  const { pathname, search } = new URL(url)
  return `${pathname}${search}`
}

/** Asks both sides for the same path at the same time, each through its door. */
export async function askBoth(context: Visiting, doors: SideDoors, path: string): Promise<Pair> {
  const site = siteOf(context.plan)
  const url = new URL(path, site.url).href
  const [old, fresh] = await Promise.all([askAsVisitor(context, url, doors.old.headers), askAsVisitor(context, url, doors.new.headers)])
  const wrong =
    path === sitePath(site.url)
      ? { old: differences(old, site.expect), new: differences(fresh, site.expect) }
      : { old: broken(old), new: otherThan(old, fresh) }
  return { old: requestOf(path, old, wrong.old), new: requestOf(path, fresh, wrong.new) }
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
