import type { StepPreview } from '../domain/event.ts'
import type { Problem } from '../domain/problem.ts'
import type { Questions } from '../engine/contract.ts'
import { EXIT } from './exit-code.ts'
import type { TypedAnswer } from './terminal/prompt.ts'

/** What the flags say already. */
export interface Answers {
  readonly yes: boolean
  /** Names that were confirmed, each for one step that cannot be undone. */
  readonly confirm: readonly string[]
  readonly lab: boolean
}

/** How a person is reached; `ask` is undefined where there is no terminal. */
export interface Person {
  readonly show: (previews: readonly StepPreview[]) => void
  /** Explains, then waits until `expected` was typed, or nothing. */
  readonly ask: ((about: string, expected: string, withdrawn?: AbortSignal) => Promise<TypedAnswer>) | undefined
}

/** The engine's questions, answered by flags first and by the person otherwise. */
export interface AskedQuestions extends Questions {
  /** Why these steps could not be finished although they were approved: the one that cannot be undone, and nobody to confirm it. */
  readonly boundaryProblem: (previews: readonly StepPreview[]) => Problem | undefined
  /** "Do this?" about what was just shown. */
  readonly approveShown: () => Promise<'yes' | 'no' | 'unanswerable'>
  /** Which flag would have answered what nobody could be asked. */
  readonly missing: () => Problem | undefined
}

export function createQuestions(answers: Answers, person: Person): AskedQuestions {
  let missing: Problem | undefined
  const unanswerable = (problem: Problem): 'unanswerable' => {
    missing = problem
    return 'unanswerable'
  }
  const approveShown = async (): Promise<'yes' | 'no' | 'unanswerable'> => {
    if (answers.yes) return 'yes'
    if (!person.ask) return unanswerable(APPROVAL_MISSING)
    return (await person.ask('Do this? Type yes to go on; Enter alone stops here.', 'yes')) === 'yes' ? 'yes' : 'no'
  }
  const boundaryProblem = (previews: readonly StepPreview[]): Problem | undefined => {
    if (person.ask !== undefined) return undefined
    const final = previews.filter((preview) => preview.irreversible !== undefined)
    const unconfirmed = final.find(({ confirm }) =>
      confirm === undefined ? answers.confirm.length === 0 : !answers.confirm.includes(confirm),
    )
    if (unconfirmed === undefined) return undefined
    // A name that nothing removes is a slip, in the lab too; a name that is missing is none there.
    const names = final.map(({ confirm }) => confirm)
    const misspelt = answers.confirm.find((name) => !names.includes(name))
    if (misspelt !== undefined && unconfirmed.confirm !== undefined)
      return confirmationDiffers(unconfirmed.step, unconfirmed.confirm, misspelt)
    return answers.lab && answers.yes ? undefined : confirmationMissing(unconfirmed.step, unconfirmed.confirm)
  }
  return {
    missing: () => missing,
    boundaryProblem,
    approveShown,
    async approve(previews) {
      person.show(previews)
      // Said before anything is touched, not after hours of work.
      const problem = answers.yes ? boundaryProblem(previews) : undefined
      return problem ? unanswerable(problem) : approveShown()
    },
    async confirmIrreversible({ step, name, why, bundle }, withdrawn) {
      if (answers.confirm.includes(name)) return { answer: 'yes', how: 'flag' }
      if (answers.lab && answers.yes) return { answer: 'yes', how: 'lab' }
      if (!person.ask)
        return {
          answer: unanswerable(
            answers.confirm[0] === undefined ? confirmationMissing(step, name) : confirmationDiffers(step, name, answers.confirm[0]),
          ),
        }
      const about = `Step ${step} cannot be undone: ${why}.\nThe restore bundle was written and read back: ${bundle}\nType ${name} to go on; Enter alone stops here.`
      return (await person.ask(about, name, withdrawn)) === 'yes' ? { answer: 'yes', how: 'typed' } : { answer: 'no' }
    },
  }
}

const APPROVAL_MISSING: Problem = {
  code: 'approval-missing',
  summary: 'nobody can be asked to approve this: stdin and stdout are not both a terminal',
  next: ['look at it with --dry-run, then add --yes', 'or use a terminal'],
  effect: 'no',
  exitCode: EXIT.usage,
}

/** --yes alone never covers a step that cannot be undone, outside the lab. */
function confirmationMissing(step: string, name?: string): Problem {
  return {
    code: 'confirmation-missing',
    summary: `step ${step} cannot be undone, and nobody can be asked: stdin and stdout are not both a terminal`,
    details: ['--yes does not cover a step that cannot be undone'],
    next: [`add --confirm ${name ?? 'NAME, the name of what is removed'}`, 'or stop before it with --to STATE'],
    exitCode: EXIT.usage,
  }
}

function confirmationDiffers(step: string, name: string, given: string): Problem {
  return {
    code: 'confirmation-differs',
    summary: `--confirm ${given} does not name what step ${step} removes: ${name}`,
    next: [`if ${name} is meant, use --confirm ${name}`, 'or stop before it with --to STATE'],
    exitCode: EXIT.usage,
  }
}
