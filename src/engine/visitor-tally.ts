import type { Site } from '../domain/plan.ts'
import type { Clock } from '../domain/ports/clock.ts'
import type { HttpRequest, VisitorPort } from '../domain/ports/visitor.ts'
import { differences, whyBlind } from '../domain/site.ts'

/** What our own requests to the site saw: the only measure of a visitor's experience that we have. */
export interface VisitorTally {
  readonly observations: number
  readonly wrong: number
  /** From the first wrong answer of each bad spell to the next good one. */
  readonly wrongForMs: number
}

/** A VisitorPort that counts the answers to plain requests for the site; probes (requests with headers of their own) are not visits. */
export function tallied(
  visitor: VisitorPort,
  site: Site | undefined,
  clock: Clock,
): { readonly visitor: VisitorPort; readonly tally: () => VisitorTally } {
  let observations = 0
  let wrong = 0
  let wrongForMs = 0
  let wrongSince: number | undefined
  const spell = (): number => (wrongSince === undefined ? 0 : clock.monotonic() - wrongSince)
  return {
    visitor: {
      async ask(request, signal) {
        const startedAt = clock.monotonic()
        const exchange = await visitor.ask(request, signal)
        // What we could not ask is no visit: nobody has seen it, and it ends no bad spell.
        if (site === undefined || !isVisit(request, site) || whyBlind(exchange) !== undefined) return exchange
        observations += 1
        if (differences(exchange, site.expect).length > 0) {
          wrong += 1
          wrongSince ??= startedAt
        } else {
          wrongForMs += spell()
          wrongSince = undefined
        }
        return exchange
      },
    },
    tally: () => ({ observations, wrong, wrongForMs: Math.round(wrongForMs + spell()) }),
  }
}

const isVisit = (request: HttpRequest, site: Site): boolean =>
  new URL(request.url).href === new URL(site.url).href && request.headers === undefined && request.socketPath === undefined
