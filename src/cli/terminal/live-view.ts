import ora from 'ora'
import type { Event } from '../../domain/event.ts'
import type { EventView } from '../event-view.ts'
import type { Io } from '../io.ts'
import { entryLines } from '../render/entry.ts'
import { fold, liveLines, NOT_STARTED } from '../render/live.ts'
import { NOTHING_SAID } from '../render/memory.ts'
import { narrate } from '../render/narration.ts'
import type { Screen } from '../screen.ts'

const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏']
const REDRAW = 250

/** Finished lines scroll up and stay; below them a block says what is going on now. */
export function liveView(io: Io, screen: Screen): EventView {
  let memory = NOTHING_SAID
  let live = NOT_STARTED
  let suspended = 0
  const { page } = screen
  const spinner = ora({
    stream: io.stdout,
    isEnabled: true,
    color: false,
    spinner: { frames: FRAMES.map((frame) => page.paint.accent(frame)), interval: 100 },
    // Raw mode would outlive a kill -9 and leave the person a broken terminal.
    discardStdin: false,
  })
  const redraw = (): void => {
    spinner.text = liveLines({ ...page, width: page.width - 3 }, live, io.now()).join('\n')
  }
  const timer = setInterval(redraw, REDRAW)
  timer.unref()

  return {
    emit(event: Event): void {
      const at = io.now()
      const told = narrate(memory, event, at)
      memory = told.memory
      live = fold(live, event, at)
      screen.print(told.entries.filter((entry) => entry.stays === 'kept' || page.verbose).flatMap((entry) => entryLines(page, entry, at)))
      if (event.type === 'finished') spinner.stop()
      else if (suspended === 0) {
        redraw()
        spinner.start()
      }
    },
    async during<T>(work: () => Promise<T>): Promise<T> {
      suspended++
      spinner.stop()
      try {
        return await work()
      } finally {
        suspended--
      }
    },
    close(): void {
      clearInterval(timer)
      spinner.stop()
    },
  }
}
