import { answerOf, ITSELF, membersOf } from './ask.ts'
import type { Answer, Question, Unanswered } from './ask.ts'
import type { CompiledRule } from './compile.ts'
import { freshlyCompiled } from './compiled.ts'
import type { PolicyLimits } from './limits.ts'
import { CUT, SKIPPED, withinLimits } from './within-limits.ts'
import type { Outcome, Works } from './within-limits.ts'

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
  const { works, members } = asking(questions, limits)
  const outcomes = await withinLimits(works, limits.each, { left: limits.all })
  const flat = members(outcomes)
  let member = 0
  for (const [position, question] of questions.entries()) {
    const list = outcomes[position] ?? SKIPPED
    if (isSilent(list)) tell({ question, it: undefined, index: 0, outcome: silence(question, list, limits) })
    for (; flat.owners[member] === position; member++) {
      const outcome = outcomes[questions.length + member] ?? SKIPPED
      if (isList(outcome)) throw new TypeError('members came where an answer about one was asked for')
      const said = isSilent(outcome) ? silence(question, outcome, limits) : outcome
      tell({ question, it: flat.its[member], index: flat.indices[member] ?? 0, outcome: said })
    }
  }
}

/** What comes out of a piece of the asking: a question's members, or the answer about one of them. */
type Asked = readonly unknown[] | Answer

/** As many pieces as there are questions, for their members; then one for each of these. */
function asking(questions: readonly Question[], limits: PolicyLimits) {
  let flat: Members = NONE
  const members = (outcomes: readonly Outcome<Asked>[]): Members =>
    flat === NONE && outcomes.length >= questions.length ? (flat = flattened(questions, outcomes)) : flat
  const owner = (piece: number): Question => at(questions, piece < questions.length ? piece : flat.owners[piece - questions.length])
  const ask = (piece: number, compiled: CompiledRule): Asked => {
    const question = owner(piece)
    if (piece < questions.length) return hasMembers(question) ? membersOf(question, compiled, limits) : ITSELF
    const member = piece - questions.length
    return answerOf(question, compiled, flat.its[member], flat.indices[member] ?? 0, limits)
  }
  const works: Works<Asked> = {
    count: (outcomes) => questions.length + members(outcomes).owners.length,
    run: (piece) => ask(piece, owner(piece).compiled),
    afresh: async (piece) => {
      const compiled = await freshlyCompiled(owner(piece).rule)
      return () => ask(piece, compiled)
    },
    // A slow `each` says nothing of the members that other objects have.
    family: (piece) => (piece < questions.length ? owner(piece).rule : owner(piece).compiled),
    limit: (piece) => limitOf(owner(piece), piece < questions.length ? hasMembers : isWhole, limits),
  }
  return { works, members }
}

type Silent = Unanswered | typeof CUT | typeof SKIPPED
const isList = (outcome: Outcome<Asked>): outcome is readonly unknown[] => Array.isArray(outcome)
const isSilent = (outcome: Outcome<Asked>): outcome is Silent =>
  outcome === CUT || outcome === SKIPPED || (typeof outcome === 'object' && 'unanswered' in outcome)

/** Looking at all objects takes longer than looking at one; a member of their `each` is one. */
const limitOf = (question: Question, asksAll: (question: Question) => boolean, limits: PolicyLimits): number =>
  question.rule.looksAt === 'objects' && asksAll(question) ? limits.atOnce : limits.each
const isWhole = ({ rule }: Question): boolean => rule.each === undefined
const hasMembers = ({ rule }: Question): boolean => rule.when !== undefined || rule.each !== undefined

function at(questions: readonly Question[], index: number | undefined): Question {
  const question = questions[index ?? -1]
  if (question === undefined) throw new RangeError(`there is no question ${index}`)
  return question
}

/** Members, and by their positions whose they are and which of its members. */
type Members = { readonly [List in 'owners' | 'indices']: readonly number[] } & { readonly its: readonly unknown[] }

const NONE: Members = { owners: [], its: [], indices: [] }

/** The members of all questions, one after the other. */
function flattened(questions: readonly Question[], outcomes: readonly Outcome<Asked>[]): Members {
  const flat: { readonly owners: number[]; readonly its: unknown[]; readonly indices: number[] } = { owners: [], its: [], indices: [] }
  for (const owner of questions.keys()) {
    const list = outcomes[owner] ?? SKIPPED
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
