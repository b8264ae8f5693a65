import type { EdgeRouter, RouteQuestion, RouteWinner } from '../../domain/ports/edge.ts'
import type { Answer } from './rules/answer.ts'
import { ruleMatches } from './rules/evaluate.ts'

/**
 * Who answers this request. Traefik asks the routers of the entry point in the order of their priority (the length of the rule where none
 * is set) and takes the first that matches; disabled ones are not asked; routers with TLS answer HTTPS, those without HTTP. Equal priorities
 * are a coin toss (facts: Traefik 10), and a rule that we cannot decide may match: both are said, not guessed.
 */
export function winner(routers: readonly EdgeRouter[], question: RouteQuestion): RouteWinner {
  const asked = routers
    .filter((router) => router.status !== 'disabled' && listensOn(router, question.entryPoint))
    .map((router) => ({ router, matches: answerOf(router, question) }))
    .filter(({ matches }) => matches !== 'no')
  const overTls = first(asked.filter(({ router }) => router.tls !== undefined))
  const plain = first(asked.filter(({ router }) => router.tls === undefined))
  if (question.tls !== undefined) return question.tls ? overTls : plain
  if (isNobody(overTls)) return plain
  return isNobody(plain) ? overTls : eitherOf(overTls, plain)
}

interface Candidate {
  readonly router: EdgeRouter
  readonly matches: Answer
}

/** A router without entry points listens on all of them. */
const listensOn = (router: EdgeRouter, entryPoint: string): boolean =>
  router.entryPoints.length === 0 || router.entryPoints.includes(entryPoint)

function answerOf({ rule, ruleSyntax = 'v3' }: EdgeRouter, question: RouteQuestion): Answer {
  return ruleSyntax === 'v2' || ruleSyntax === 'v3' ? ruleMatches(rule, question, ruleSyntax) : 'unknown'
}

/** As Traefik counts: bytes of the rule where no priority is set. */
const priorityOf = ({ priority, rule }: EdgeRouter): number => (priority === 0 ? Buffer.byteLength(rule) : priority)

/** The first of one entry point's routers that matches. */
function first(candidates: readonly Candidate[]): RouteWinner {
  const matching = candidates.filter(({ matches }) => matches === 'yes').map(({ router }) => router)
  const best = matching.toSorted((a, b) => priorityOf(b) - priorityOf(a))[0]
  const rivals = candidates
    .map(({ router }) => router)
    .filter((router) => router !== best && (best === undefined || priorityOf(router) >= priorityOf(best)))
  if (rivals.length > 0) return { winner: best, certain: false, rivals, reason: reasonFor(best, rivals, matching) }
  if (best === undefined) return { winner: undefined, certain: true }
  if (best.service !== '') return { winner: best, certain: true }
  return { winner: best, certain: false, rivals: [], reason: `${best.name} hands over to routers below it, which are not looked at` }
}

function reasonFor(best: EdgeRouter | undefined, rivals: readonly EdgeRouter[], matching: readonly EdgeRouter[]): string {
  const tied = best === undefined ? [] : rivals.filter((router) => matching.includes(router))
  const undecided = rivals.filter((router) => !tied.includes(router))
  const names = (routers: readonly EdgeRouter[]) => routers.map(({ name }) => name).join(', ')
  return [
    ...(tied.length > 0 && best !== undefined
      ? [`${names(tied)} and ${best.name} have the same priority ${priorityOf(best)}, so chance decides`]
      : []),
    ...(undecided.length > 0
      ? [`whether ${names(undecided)} matches cannot be told from ${undecided.length === 1 ? 'its rule' : 'their rules'}`]
      : []),
  ].join('; ')
}

const isNobody = (found: RouteWinner): boolean => found.certain && found.winner === undefined

function eitherOf(overTls: RouteWinner, plain: RouteWinner): RouteWinner {
  const rivals = [plain.winner, ...(overTls.certain ? [] : overTls.rivals), ...(plain.certain ? [] : plain.rivals)].filter(
    (router) => router !== undefined,
  )
  return {
    winner: overTls.winner,
    certain: false,
    rivals,
    reason: 'the entry point has routers with and without TLS, and which visitor is meant was not said',
  }
}
