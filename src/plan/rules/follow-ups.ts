import type { Problem, SourcePlace } from '../../domain/problem.ts'

/**
 * One mistake, one problem. Where no step opens the route, a kind says so of each step that shares it out, the rule about doors of everything that
 * asks through it, and the walk of the traffic that visitors would be sent where nobody has looked.
 */
export function withoutFollowUps(problems: readonly Problem[]): readonly Problem[] {
  const unopened = problems.filter(({ code }) => code === 'route-not-open')
  const cause = problems.find(({ code }) => code === 'doors-not-open') ?? unopened[0]
  const follows = (each: Problem): boolean =>
    unopened.includes(each) || (each.code === 'unsafe-traffic' && unopened.some(({ location }) => same(location, each.location)))
  return problems.filter((each) => each === cause || !follows(each))
}

const same = (one: SourcePlace | undefined, other: SourcePlace | undefined): boolean =>
  one?.line === other?.line && one?.column === other?.column
