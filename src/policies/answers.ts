import { answerOf, ITSELF, membersOf } from './ask.ts'
import type { Answer, Question, Unanswered } from './ask.ts'
import { freshlyCompiled } from './compiled.ts'
import type { PolicyLimits } from './limits.ts'
import { CUT, SKIPPED, withinLimits } from './within-limits.ts'
import type { Outcome } from './within-limits.ts'

/** An answer about one member of a question; the reason where there is none. `skipped`: nobody tried. */
export interface Told {
  readonly question: Question
  readonly it: unknown
  readonly index: number
  readonly outcome: Answer | Silence
}

export interface Silence extends Unanswered {
  readonly why: 'failed' | 'cut' | 'skipped'
}

/**
 * Asks all questions within one budget, and tells each answer in their order: first what each rule is asked about, then the rules themselves. Nothing is kept of
 * what is right: there may be a hundred thousand answers.
 */
export async function tellAnswers(questions: readonly Question[], limits: PolicyLimits, tell: (told: Told) => void): Promise<void> {
  const budget = { left: limits.all }
  const lists = await withinLimits(
    {
      count: questions.length,
      run: (piece) => (hasMembers(at(questions, piece)) ? members(at(questions, piece), limits) : ITSELF),
      afresh: async (piece) => {
        const compiled = await freshlyCompiled(at(questions, piece).rule)
        return () => membersOf(at(questions, piece), compiled, limits)
      },
      family: (piece) => at(questions, piece).rule,
      limit: (piece) => limitOf(at(questions, piece), hasMembers, limits),
    },
    limits.each,
    budget,
  )
  const flat = flattened(lists)
  const outcomes = await withinLimits(
    {
      count: flat.owners.length,
      run: (piece) => {
        const question = at(questions, flat.owners[piece])
        return answerOf(question, question.compiled, flat.its[piece], flat.indices[piece] ?? 0, limits)
      },
      afresh: async (piece) => {
        const question = at(questions, flat.owners[piece])
        const compiled = await freshlyCompiled(question.rule)
        return () => answerOf(question, compiled, flat.its[piece], flat.indices[piece] ?? 0, limits)
      },
      family: (piece) => at(questions, flat.owners[piece]).rule,
      limit: (piece) => limitOf(at(questions, flat.owners[piece]), isWhole, limits),
    },
    limits.each,
    budget,
  )
  let piece = 0
  for (const [position, question] of questions.entries()) {
    const list = lists[position] ?? SKIPPED
    if (!isList(list)) tell({ question, it: undefined, index: 0, outcome: silence(question, list, limits) })
    for (; flat.owners[piece] === position; piece++) {
      const outcome = outcomes[piece] ?? SKIPPED
      tell({
        question,
        it: flat.its[piece],
        index: flat.indices[piece] ?? 0,
        outcome: isAnswer(outcome) ? outcome : silence(question, outcome, limits),
      })
    }
  }
}

type Silent = Unanswered | typeof CUT | typeof SKIPPED
const isList = (list: readonly unknown[] | Silent): list is readonly unknown[] => Array.isArray(list)
const isAnswer = (outcome: Outcome<Answer>): outcome is Exclude<Answer, Unanswered> =>
  outcome !== CUT && outcome !== SKIPPED && !(typeof outcome === 'object' && 'unanswered' in outcome)

/** Looking at all objects takes longer than looking at one; a member of their `each` is one. */
const limitOf = (question: Question, asksAll: (question: Question) => boolean, limits: PolicyLimits): number =>
  question.rule.looksAt === 'objects' && asksAll(question) ? limits.atOnce : limits.each
const isWhole = ({ rule }: Question): boolean => rule.each === undefined
const hasMembers = ({ rule }: Question): boolean => rule.when !== undefined || rule.each !== undefined
const members = (question: Question, limits: PolicyLimits) => membersOf(question, question.compiled, limits)

function at(questions: readonly Question[], index: number | undefined): Question {
  const question = questions[index ?? -1]
  if (question === undefined) throw new RangeError(`there is no question ${index}`)
  return question
}

/** The members of all questions, one after the other, and whose they are. */
function flattened(lists: readonly Outcome<readonly unknown[] | Unanswered>[]) {
  const flat: { readonly owners: number[]; readonly its: unknown[]; readonly indices: number[] } = { owners: [], its: [], indices: [] }
  for (const [owner, list] of lists.entries()) {
    if (!isList(list)) continue
    for (const [index, it] of list.entries()) {
      flat.owners.push(owner)
      flat.its.push(it)
      flat.indices.push(index)
    }
  }
  return flat
}

function silence(question: Question, outcome: Silent, limits: PolicyLimits): Silence {
  if (outcome === SKIPPED) return { why: 'skipped', unanswered: 'not asked: time was up' }
  if (outcome === CUT) return { why: 'cut', unanswered: `no answer within ${limitOf(question, () => true, limits)} ms` }
  return { why: 'failed', unanswered: outcome.unanswered }
}
