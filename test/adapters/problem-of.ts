import type { Problem } from '../../src/domain/problem.ts'
import { ProblemError } from '../../src/domain/problem.ts'

/** The problem that an attempt rejects with; fails the test when it does anything else. */
export async function problemOf(attempt: Promise<unknown>): Promise<Problem> {
  const thrown: unknown = await attempt.then(
    () => undefined,
    (error: unknown) => error,
  )
  if (!(thrown instanceof ProblemError)) throw new Error(`expected a ProblemError, got ${String(thrown)}`)
  return thrown.problem
}
