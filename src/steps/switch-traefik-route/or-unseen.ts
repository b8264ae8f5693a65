import type { Problem } from '../../domain/problem.ts'
import { ProblemError } from '../../domain/problem.ts'

/** A look that did not come off: the edge's API, or its host, did not answer. */
export interface Unseen {
  readonly unseen: Problem
}

/** What `look` says, or why it could not: who waits for the old side looks again, as a hiccup of the edge is none of the old side. */
export async function orUnseen<Seen extends object>(look: () => Promise<Seen>): Promise<Seen | Unseen> {
  try {
    return await look()
  } catch (thrown) {
    if (!(thrown instanceof ProblemError)) throw thrown
    return { unseen: thrown.problem }
  }
}

export const unseenText = ({ summary }: Problem): string => `the edge could not be asked: ${summary}`
