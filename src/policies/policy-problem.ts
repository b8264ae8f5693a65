import type { Problem, SourcePlace } from '../domain/problem.ts'

/** Exit code of an invalid plan, which a broken policy file makes it. */
const PLAN_INVALID = 65

/** A problem that the policies found in files: nothing was touched. */
export function policyProblem(
  code: string,
  summary: string,
  next: readonly string[],
  location: SourcePlace | undefined,
  details: readonly string[] = [],
): Problem {
  return {
    code,
    summary,
    ...(details.length > 0 && { details }),
    next,
    ...(location && { location }),
    effect: 'no',
    exitCode: PLAN_INVALID,
  }
}
