import { expect } from 'vitest'
import type { Problem } from '../../src/domain/problem.ts'
import { ProblemError } from '../../src/domain/problem.ts'

/** The problem that `work` rejects with; it is a failure that it does not. */
export async function problemOf(work: Promise<unknown>): Promise<Problem> {
  return (await problemsOf(work))[0]
}

export async function problemsOf(work: Promise<unknown>): Promise<readonly [Problem, ...Problem[]]> {
  const thrown: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  expect(thrown).toBeInstanceOf(ProblemError)
  return (thrown as ProblemError).problems
}
