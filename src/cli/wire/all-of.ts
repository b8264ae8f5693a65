import type { Problem } from '../../domain/problem.ts'
import { ProblemError } from '../../domain/problem.ts'

/** All values, or the problems of all that failed. */
export async function allOf<Value>(work: readonly Promise<Value>[]): Promise<readonly Value[]> {
  const settled = await Promise.allSettled(work)
  const thrown = settled.flatMap((each): readonly unknown[] => (each.status === 'rejected' ? [each.reason] : []))
  const bug = thrown.find((error) => !(error instanceof ProblemError))
  if (bug !== undefined) throw bug
  const problems = thrown.flatMap((error): readonly Problem[] => (error instanceof ProblemError ? error.problems : []))
  const [first, ...more] = distinct(problems)
  if (first !== undefined) throw new ProblemError(first, ...more)
  return Promise.all(work)
}

/** Objects and charts of one step fail for the same reason; it is said once. */
const distinct = (problems: readonly Problem[]): readonly Problem[] =>
  problems.filter((each, index) => problems.findIndex((other) => other.code === each.code && other.summary === each.summary) === index)
