import type { Event, RunResult, Whereabouts } from '../domain/event.ts'
import type { VisitorsNow } from '../domain/visitors.ts'
import type { Named } from './command-line.ts'
import type { UserInterface } from './contract.ts'
import { rememberDeeds } from './deeds.ts'
import { exitCodeOfResult } from './exit-code.ts'
import { canAsk } from './io.ts'
import type { Answers, AskedQuestions, Person } from './questions.ts'
import { createQuestions } from './questions.ts'
import { previewLines } from './render/dry-run.ts'
import { paragraph } from './render/paragraph.ts'
import { resultLines } from './render/result.ts'
import type { Session, Watch } from './session.ts'
import { beginWatch } from './session.ts'

/** What `work` is given: how to talk to the person, and the questions as the command may ask them itself. */
export interface Performance {
  readonly ui: UserInterface
  readonly questions: AskedQuestions
}

/** Runs something that changes the world, in sight of the person, and says how it ended. Gives the exit code. */
export async function perform(
  session: Session,
  asked: 'run' | 'rollback',
  named: Named,
  answers: Answers,
  work: (performance: Performance) => Promise<RunResult>,
): Promise<number> {
  const watch = await beginWatch(session)
  const telling = beginsWithWork(watch, session.general.json)
  const questions = createQuestions(answers, personAt(session, watch, answers.yes, telling.catchUp))
  const deeds = rememberDeeds()
  const emit = (event: Event): void => {
    deeds.heard(event)
    // How it ended is said once, and here: the engine does not know which flag would have answered its question.
    if (event.type !== 'finished') telling.emit(event)
  }
  try {
    const { interrupt } = watch.listening
    const working = work({ ui: { emit, questions, interrupt }, questions }).catch((error: unknown) => {
      if (interrupt.now.aborted) return 'abandoned' as const
      throw deeds.told(error)
    })
    const ended = await watch.unlessAbandoned(working)
    const result = deeds.honest(understood(ended, questions, watch))
    if (result.outcome !== 'failed') telling.catchUp()
    watch.view.emit({ type: 'finished', result })
    watch.close()
    sayEnd(session, result, named)
    return exitCodeOfResult(result, asked)
  } finally {
    watch.close()
  }
}

/** That a run "goes on" is told once it does: one that is refused at once has not. A program is told each event as it comes. */
function beginsWithWork(watch: Watch, json: boolean): { readonly emit: (event: Event) => void; readonly catchUp: () => void } {
  let waiting: Event | undefined
  const catchUp = (): void => {
    if (waiting) watch.view.emit(waiting)
    waiting = undefined
  }
  const emit = (event: Event): void => {
    catchUp()
    if (event.type === 'run-started' && !json) waiting = event
    else watch.view.emit(event)
  }
  return { emit, catchUp }
}

/** With --yes the preview is a summary; a person who decides gets it whole. */
function personAt(session: Session, watch: Watch, approved: boolean, catchUp: () => void): Person {
  const { io, screen, general } = session
  const show: Person['show'] = (previews) => {
    catchUp()
    if (!general.quiet || !approved)
      void watch.view.during(async () =>
        screen.print(['', ...previewLines(screen.page, previews, approved && !general.verbose ? 'brief' : 'whole'), '']),
      )
  }
  if (general.json || !canAsk(io)) return { show, ask: undefined }
  return {
    show,
    ask: (about, expected, withdrawn = new AbortController().signal) =>
      watch.view.during(async () => {
        const { requested } = watch.listening.interrupt
        const { askTyped } = await import('./terminal/prompt.ts')
        screen.print(paragraph(screen.page, about))
        const answer = await askTyped(io, { message: 'Answer', expected, signal: AbortSignal.any([requested, withdrawn]) })
        if (answer === 'interrupted' && !requested.aborted && !withdrawn.aborted) watch.listening.request('SIGINT')
        return answer
      }),
  }
}

/** What the engine cannot know: that nobody could be asked, and that a "no" was a Ctrl-C at the question. */
function understood(ended: RunResult | 'abandoned', questions: AskedQuestions, watch: Watch): RunResult {
  const { interrupt } = watch.listening
  if (ended === 'abandoned')
    return { outcome: 'interrupted', state: 'the state that status shows', signal: interrupt.signalName(), visitors: NOT_LOOKED }
  if (ended.outcome === 'declined' && interrupt.requested.aborted)
    return { ...whereabouts(ended), outcome: 'interrupted', state: ended.state, signal: interrupt.signalName() }
  const missing = questions.missing()
  const unanswered = ended.outcome === 'declined' || ended.outcome === 'failed' || ended.outcome === 'paused'
  return missing && unanswered ? { ...whereabouts(ended), outcome: 'failed', state: ended.state, problems: [missing] } : ended
}

const NOT_LOOKED: VisitorsNow = { seen: false, why: 'this process was stopped before anybody looked; `status` looks' }

const whereabouts = ({ visitors, inPlace, rollingBack, noWayBack, ahead }: Whereabouts): Whereabouts => ({
  ...(visitors && { visitors }),
  ...(inPlace && { inPlace }),
  ...(rollingBack && { rollingBack }),
  ...(noWayBack !== undefined && { noWayBack }),
  ...(ahead !== undefined && { ahead }),
})

function sayEnd({ screen, general }: Session, result: RunResult, named: Named): void {
  if (general.json) return
  screen.print([''])
  if (result.outcome === 'failed') screen.problems(result.problems)
  screen.print(resultLines(screen.page, result, named))
}
