import type { Event, RunResult } from '../domain/event.ts'
import type { Problem } from '../domain/problem.ts'
import { ProblemError, toProblem } from '../domain/problem.ts'
import { changeWord } from './render/change-sign.ts'

type Started = Extract<Event, { type: 'effect-started' }>

/** What this process itself has begun to change, remembered apart from the journal: that may be taken away in the middle of a run. */
export interface Deeds {
  heard(event: Event): void
  /** A problem that says "nothing was changed" means its own step: after an effect the whole command must not say so. */
  honest(result: RunResult): RunResult
  /** The same for an error that ended the command before the engine could; it also tells what was done, for a person to look at. */
  told(error: unknown): unknown
}

export function rememberDeeds(): Deeds {
  const deeds: { readonly effect: Started; done: boolean }[] = []
  const withoutNo = ({ effect, ...problem }: Problem): Problem => (effect === 'unknown' ? { ...problem, effect } : problem)
  return {
    heard(event) {
      if (event.type === 'effect-started') deeds.push({ effect: event, done: false })
      if (event.type !== 'effect-done') return
      const deed = deeds.findLast(({ effect }) => effect.step === event.step && effect.direction === event.direction)
      if (deed) deed.done = true
    },
    honest: (result) =>
      result.outcome === 'failed' && deeds.length > 0 ? { ...result, problems: result.problems.map(withoutNo) } : result,
    told(error) {
      if (deeds.length === 0) return error
      const problems = error instanceof ProblemError ? error.problems : ([toProblem(error)] as const)
      const [first, ...more] = problems
      const details = [...(first.details ?? []), ...tale(deeds), NOT_LOOKED, ...(first.code === JOURNAL_GONE ? [NO_LONGER_SAID] : [])]
      return new ProblemError({ ...withoutNo(first), details }, ...more.map(withoutNo))
    },
  }
}

/** What ends a command from outside the engine ends it without a last look. */
const NOT_LOOKED = 'where visitors are was not looked at any more'
const JOURNAL_GONE = 'journal-changed-meanwhile'
const NO_LONGER_SAID = 'the journal no longer says so: look at these on the edge, in the cluster and in Nomad by hand'

const tale = (deeds: readonly { readonly effect: Started; readonly done: boolean }[]): readonly string[] =>
  deeds.map(({ effect: { step, direction, changes }, done }) => {
    const what = direction === 'undo' ? 'undo of step' : 'step'
    const each = changes.map((change) => `${changeWord(change.action)} ${change.object}`).join(', ')
    return `this process ${done ? 'has done' : 'has begun'} ${what} ${step}${each === '' ? '' : `: ${each}`}`
  })
