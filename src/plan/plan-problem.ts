import type { Problem, SourceLocation } from '../domain/problem.ts'

/** Exit code of an invalid plan. */
export const PLAN_INVALID = 65

/** A problem of a plan: nothing has been touched yet, and the place is known. */
export function planProblem(
  code: string,
  summary: string,
  next: readonly string[],
  location: SourceLocation,
  details?: readonly string[],
): Problem {
  return { code, summary, ...(details && details.length > 0 && { details }), next, location, effect: 'no', exitCode: PLAN_INVALID }
}
