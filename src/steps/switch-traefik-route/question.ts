import type { Observation } from '../../domain/observation.ts'
import type { EdgeRouter, EdgePort, RouteQuestion } from '../../domain/ports/index.ts'
import type { Plan } from '../../domain/plan.ts'
import { siteOf } from '../../domain/plan.ts'
import { hostsOf } from '../rule-hosts.ts'

/** A visitor of the site, once for each of these entry points. */
export function questions(
  plan: Plan,
  entryPoints: readonly string[],
  headers?: Readonly<Record<string, string>>,
): readonly RouteQuestion[] {
  const { hostname, pathname } = new URL(siteOf(plan).url)
  return entryPoints.map((entryPoint) => ({ entryPoint, host: hostname, path: pathname, method: 'GET', ...(headers && { headers }) }))
}

/** The routers that may answer it: the one that does, those among which it cannot be told, or none. */
export function possibleWinners(edge: EdgePort, routers: readonly EdgeRouter[], question: RouteQuestion): readonly EdgeRouter[] {
  const found = edge.winner(routers, question)
  return [...(found.winner ? [found.winner] : []), ...(found.certain ? [] : found.rivals)]
}

/** Visitors are not where a step would move them, and nowhere else either. */
export const nowhere = (asked: readonly RouteQuestion[]): Observation => ({
  verdict: 'pass',
  reason: `no router answers visitors of ${asked[0]?.host ?? ''} on ${asked.map(({ entryPoint }) => entryPoint).join(', ')}`,
  nowhere: true,
})

/** Why `name` does not, for certain, answer all of these; undefined when it does. */
export function whyNotWinner(
  edge: EdgePort,
  routers: readonly EdgeRouter[],
  asked: readonly RouteQuestion[],
  name: string,
): string | undefined {
  for (const question of asked) {
    const found = edge.winner(routers, question)
    if (!found.certain)
      return `who wins on ${question.entryPoint} cannot be told: ${found.reason} (${found.rivals.map((each) => each.name).join(', ')})`
    if (found.winner === undefined) return `no router answers for ${question.host} on ${question.entryPoint}`
    if (found.winner.name !== name) return `router ${found.winner.name} (priority ${found.winner.priority}) wins on ${question.entryPoint}`
  }
  return undefined
}

/**
 * The router of this name, whole. Traefik shows a copy for each entry point that has settings of its own: their entry points are put
 * together, the worst status counts.
 */
export function routerNamed(routers: readonly EdgeRouter[], name: string): EdgeRouter | undefined {
  const copies = routers.filter((each) => each.name === name)
  const first = copies.find((each) => each.status === 'disabled') ?? copies[0]
  return first && { ...first, entryPoints: [...new Set(copies.flatMap((each) => each.entryPoints))] }
}

/** Whether a request for `host` on one of these entry points may match the router: yes unless its rule plainly says other hosts. */
export function mayMatchHost(router: EdgeRouter, host: string, entryPoints: readonly string[]): boolean {
  const shared = router.entryPoints.length === 0 || router.entryPoints.some((each) => entryPoints.includes(each))
  // Traefik's own (redirections of entry points, challenges) are not to be beaten; where one wins, the winner says so.
  if (!shared || router.provider === 'internal') return false
  return !operands(router.rule, '||').every((alternative) => operands(alternative, '&&').some((each) => isOtherHost(each, host)))
}

/** A plain `Host(…)` that does not name this host. */
const isOtherHost = (condition: string, host: string): boolean =>
  /^Host\([^()]*\)$/.test(condition) && !hostsOf(condition).includes(host.toLowerCase())

/** `a || (b || c)` → `a`, `(b || c)`: split only outside parentheses and quotes. */
function operands(rule: string, operator: '&&' | '||'): readonly string[] {
  const found: string[] = []
  let depth = 0
  let quote = ''
  let from = 0
  for (let at = 0; at < rule.length; at++) {
    const letter = rule.charAt(at)
    if (quote !== '') quote = letter === quote ? '' : quote
    else if (letter === '`' || letter === '"') quote = letter
    else if (letter === '(') depth += 1
    else if (letter === ')') depth -= 1
    else if (depth === 0 && rule.startsWith(operator, at)) {
      found.push(rule.slice(from, at).trim())
      from = at + operator.length
      at += 1
    }
  }
  return [...found, rule.slice(from).trim()]
}
