import type { Application } from './contract.ts'
import type { EventView } from './event-view.ts'
import { openView } from './event-view.ts'
import type { Io } from './io.ts'
import type { General, Screen } from './screen.ts'
import type { Listening } from './terminal/interrupt.ts'
import { listenForInterrupt } from './terminal/interrupt.ts'

/** What a command works with. `application` is already redacting. */
export interface Session {
  readonly io: Io
  readonly general: General
  readonly screen: Screen
  readonly application: Application
}

/** A command at work: its events have a view, and signals are listened to. */
export interface Watch {
  readonly view: EventView
  readonly listening: Listening
  /** What `work` gives; `abandoned` when it has not let go some time after a second Ctrl-C. */
  unlessAbandoned<T>(work: Promise<T>): Promise<T | 'abandoned'>
  close(): void
}

/** Milliseconds that a second Ctrl-C leaves the engine to let go; then the process ends and the journal copes. */
const LET_GO = 2_000

/** `looking`: there is nothing to settle, so the first Ctrl-C already stops at once, and the command itself says how it ended. */
export async function beginWatch(session: Session, deed: 'looking' | 'doing' = 'doing'): Promise<Watch> {
  const { io, general, screen } = session
  const view = await openView(io, general, screen)
  const listening = listenForInterrupt(io, (which, signal) => {
    if (deed === 'looking') {
      if (which === 'requested') queueMicrotask(() => listening.request(signal))
      return
    }
    screen.remark(
      which === 'requested'
        ? `${signal}: stopping as soon as what is being done is settled; once more stops at once`
        : `${signal} again: stopping at once; the journal knows what was begun`,
    )
  })
  const abandoned = new Promise<'abandoned'>((resolve) => {
    listening.interrupt.now.addEventListener('abort', () => void io.sleep(LET_GO).then(() => resolve('abandoned')), { once: true })
  })
  return {
    view,
    listening,
    unlessAbandoned: (work) => Promise.race([work, abandoned]),
    close() {
      listening.stop()
      view.close()
    },
  }
}
