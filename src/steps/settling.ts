import { ProblemError } from '../domain/problem.ts'
import type { Settlement } from '../domain/step-kind.ts'

/** Asks what really happened; what could not be seen is `unknown`, never guessed. */
export async function settling(ask: () => Promise<Settlement>): Promise<Settlement> {
  try {
    return await ask()
  } catch (thrown) {
    if (!(thrown instanceof ProblemError)) throw thrown
    return { status: 'unknown', reason: thrown.problem.summary }
  }
}
