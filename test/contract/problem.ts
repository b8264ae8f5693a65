import { expect } from 'vitest'
import type { Problem } from '../../src/domain/problem.ts'
import { ProblemError } from '../../src/domain/problem.ts'

/** The problem that a promise is rejected with; anything else it does fails the test. */
export async function problemOf(promise: Promise<unknown>): Promise<Problem> {
  const outcome = await promise.then(
    (value) => ({ value }),
    (error: unknown) => error,
  )
  expect(outcome).toBeInstanceOf(ProblemError)
  return (outcome as ProblemError).problem
}
