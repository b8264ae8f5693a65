/** Whether something matches: `unknown` where we cannot decide what Traefik would. Kleene's three-valued logic. */
export type Answer = 'yes' | 'no' | 'unknown'

export const not = (answer: Answer): Answer => (answer === 'unknown' ? 'unknown' : answer === 'yes' ? 'no' : 'yes')
export const and = (left: Answer, right: Answer): Answer =>
  left === 'no' || right === 'no' ? 'no' : left === 'yes' && right === 'yes' ? 'yes' : 'unknown'
export const or = (left: Answer, right: Answer): Answer => not(and(not(left), not(right)))
export const known = (matches: boolean): Answer => (matches ? 'yes' : 'no')
