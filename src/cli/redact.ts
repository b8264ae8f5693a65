import { ProblemError, toProblem } from '../domain/problem.ts'
import type { Application } from './contract.ts'

/** Fields whose values are words of our own: a secret that happens to be such a word must not change what a result means. */
const OWN_WORDS = new Set([
  'type',
  'outcome',
  'verdict',
  'action',
  'mode',
  'phase',
  'direction',
  'effect',
  'signal',
  'code',
  'inconclusive',
  'answer',
  'how',
])
const OWN_VALUES = new Set(['automatic', 'commanded', 'none', 'partial', 'done', 'foreign', 'unknown'])
/** Digests that are compared: a secret of four digits that one of them happens to hold must not break it. */
const DIGESTS = new Set(['sha256', 'planDigest', 'seals'])
/** What servers sent, with keys of their own. */
const FOREIGN = new Set(['before', 'after'])

/** The same value with every text in it redacted. Redacting before rendering finds a secret that a line break would split. */
export function redacted<T>(value: T, redact: (text: string) => string): T {
  return walk(value, { redact, seen: new Map() }, undefined, false) as T
}

/** What holds no secret is given back itself: a thousand plans share their rules, and keep no copy of them each. */
function walk(value: unknown, walking: Walking, key: string | undefined, foreign: boolean): unknown {
  if (!foreign && key !== undefined && DIGESTS.has(key)) return value
  if (typeof value === 'string') return !foreign && isOwnWord(key, value) ? value : walking.redact(value)
  if (typeof value !== 'object' || value === null) return value
  if (foreign) return within(value, walking, foreign)
  const known = walking.seen.get(value) ?? within(value, walking, foreign)
  walking.seen.set(value, known)
  return known
}

interface Walking {
  readonly redact: (text: string) => string
  /** What came of lists and maps that are not foreign: a thousand plans have the same rules. */
  readonly seen: Map<object, object>
}

function within(value: object, walking: Walking, foreign: boolean): object {
  if (Array.isArray(value)) {
    const items = value.map((item: unknown) => walk(item, walking, undefined, foreign))
    return items.every((item, index) => item === value[index]) ? value : items
  }
  const names = Object.keys(value)
  const members: readonly unknown[] = Object.values(value)
  const after = members.map((member, index) => walk(member, walking, names[index], foreign || FOREIGN.has(names[index] ?? '')))
  const written = foreign ? names.map((name) => walking.redact(name)) : names
  const isClean = after.every((member, index) => member === members[index] && written[index] === names[index])
  return isClean && isPlain(value) ? value : Object.fromEntries(after.map((member, index) => [written[index], member]))
}

/** A map, an error or the like may hold more than its fields say. */
const isPlain = (value: object): boolean =>
  Object.getPrototypeOf(value) === Object.prototype && Object.getOwnPropertySymbols(value).length === 0

const isOwnWord = (key: string | undefined, value: string): boolean =>
  key !== undefined &&
  (OWN_WORDS.has(key) ? /^(?:[a-z-]+|SIG[A-Z]+)$/.test(value) : (key === 'cause' || key === 'status') && OWN_VALUES.has(value))

/** The application as commands may use it: nothing that comes out of it, not even an error, still holds a secret. */
export function redacting(application: Application): Application {
  const redact = (text: string): string => application.redact(text)
  const clean = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return redacted(await work(), redact)
    } catch (error) {
      const problems = error instanceof ProblemError ? error.problems : ([toProblem(error)] as const)
      const [first, ...more] = problems.map((problem) => redacted(problem, redact))
      throw first === undefined ? error : new ProblemError(first, ...more)
    }
  }
  const emitClean = <Ui extends Pick<Parameters<Application['run']>[1], 'emit'>>(ui: Ui): Ui => ({
    ...ui,
    emit: (event) => ui.emit(redacted(event, redact)),
  })
  return {
    run: (options, ui) => clean(() => application.run(options, cleanQuestions(emitClean(ui), redact))),
    rollback: (options, ui) => clean(() => application.rollback(options, cleanQuestions(emitClean(ui), redact))),
    dryRun: (options, ui) => clean(() => application.dryRun(options, emitClean(ui))),
    dryRollback: (options) => clean(() => application.dryRollback(options)),
    status: (options) => clean(() => application.status(options)),
    validate: (paths) => clean(() => application.validate(paths)),
    schema: () => application.schema(),
    lab: (options, announce, until) => clean(() => application.lab(options, (lines) => announce(redacted(lines, redact)), until)),
    redact,
  }
}

function cleanQuestions(ui: Parameters<Application['run']>[1], redact: (text: string) => string): Parameters<Application['run']>[1] {
  return {
    ...ui,
    questions: {
      approve: (previews) => ui.questions.approve(redacted(previews, redact)),
      confirmIrreversible: (question, withdrawn) => ui.questions.confirmIrreversible(redacted(question, redact), withdrawn),
    },
  }
}
