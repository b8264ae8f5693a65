import type { Observation, Side } from './observation.ts'
import { inconclusive, pass, pending } from './observation.ts'
import type { SiteExpectation } from './plan.ts'
import type { HttpExchange } from './ports/visitor.ts'

/** What an HTTP status of Traefik usually means (facts.md, Traefik 16). */
const STATUS_MEANING: Readonly<Record<number, string>> = {
  404: 'no router matched, or an Ingress without ready endpoints',
  421: 'TLS options of two routers on this host differ',
  499: 'the client went away',
  500: "the proxy refused the upstream's certificate, or the application failed",
  502: 'the upstream refused the connection or closed it early',
  503: 'no healthy server behind the service',
  504: 'the upstream did not answer in time',
}

/** Why an answer is not the expected one, each difference a sentence; empty when it is. */
export function differences(exchange: HttpExchange, expect: SiteExpectation): readonly string[] {
  if (!exchange.ok) return [`no answer: ${exchange.failure} (${exchange.detail})`]
  const found: string[] = []
  if (exchange.status !== expect.status) {
    const meaning = STATUS_MEANING[exchange.status]
    found.push(`status ${exchange.status}, expected ${expect.status}${meaning === undefined ? '' : ` (${meaning})`}`)
  }
  if (expect.body !== undefined && !exchange.body.includes(expect.body)) {
    found.push(`body lacks ${JSON.stringify(expect.body)}; it begins ${JSON.stringify(exchange.body.slice(0, 60))}`)
  }
  for (const [name, value] of Object.entries(expect.headers ?? {})) {
    const got = exchange.headers[name.toLowerCase()]
    if (got !== value)
      found.push(`header ${name} is ${got === undefined ? 'missing' : JSON.stringify(got)}, expected ${JSON.stringify(value)}`)
  }
  return found
}

/**
 * An answer as an observation: `pass`; `pending` with a reason (a gate's policy decides how long to wait); `inconclusive` where we ourselves could
 * not ask.
 */
export function judge(exchange: HttpExchange, expect: SiteExpectation, what: string, side?: Side): Observation {
  const blind = whyBlind(exchange)
  if (blind !== undefined) return inconclusive(`${what} could not be asked: ${blind}`, undefined, side)
  const wrong = differences(exchange, expect)
  const ms = exchange.timings.done ?? exchange.timings.firstByte
  if (wrong.length === 0) return pass(`${what} answered ${expect.status}${ms === undefined ? '' : ` in ${Math.round(ms)} ms`}`)
  return pending(`${what}: ${wrong.join('; ')}`, side && { side })
}

/** An answer to a visitor of the site: a wrong one is one that a visitor got. */
export function judgeVisit(exchange: HttpExchange, expect: SiteExpectation, what: string, side?: Side): Observation {
  const seen = judge(exchange, expect, what, side)
  return seen.verdict === 'pending' ? { ...seen, visitorSawIt: true } : seen
}

/**
 * Why it says nothing of the site: we could not resolve the name, or have no way to its network. A visitor has another resolver and another network.
 * Undefined: it says something.
 */
export const whyBlind = (exchange: HttpExchange): string | undefined =>
  !exchange.ok && (exchange.failure === 'dns' || exchange.failure === 'unreachable') ? exchange.detail : undefined
