import type { Problem } from '../domain/problem.ts'
import { ProblemError } from '../domain/problem.ts'
import type { Finding } from '../domain/step-kind.ts'

export const passed = (what: string): Finding => ({ what, verdict: 'pass' })
export const warned = (what: string, problem: Problem): Finding => ({ what, verdict: 'warn', problem })
export const failed = (what: string, problem: Problem): Finding => ({ what, verdict: 'fail', problem })

/** What `look` finds, or one failed finding for each problem that it rejects with. */
export async function findings(what: string, look: () => Promise<readonly Finding[]>): Promise<readonly Finding[]> {
  try {
    return await look()
  } catch (thrown) {
    if (!(thrown instanceof ProblemError)) throw thrown
    return thrown.problems.map((problem) => failed(what, problem))
  }
}
