import type { Observation, Side } from './observation.ts'
import { inconclusive } from './observation.ts'
import { ProblemError } from './problem.ts'

/**
 * Makes one look. What could not be seen (an API that does not answer, a host that refuses us) is `inconclusive`: neither a pass nor a
 * failure; `side` says which side it was about. Anything but a ProblemError is a bug or an abort and passes through.
 */
export async function look(what: string, observe: () => Promise<Observation>, side?: Side): Promise<Observation> {
  try {
    return await observe()
  } catch (thrown) {
    if (!(thrown instanceof ProblemError)) throw thrown
    const { summary, details = [], cause } = thrown.problem
    return inconclusive(`${what} could not be seen: ${summary}`, [...details, ...(cause === undefined ? [] : [cause])], side)
  }
}
