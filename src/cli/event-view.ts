import type { Event } from '../domain/event.ts'
import type { Io } from './io.ts'
import { isLive } from './io.ts'
import { entryLines } from './render/entry.ts'
import { eventLine } from './render/event-line.ts'
import { NOTHING_SAID } from './render/memory.ts'
import { narrate } from './render/narration.ts'
import type { General, Screen } from './screen.ts'

/** One reading of the events: a live view, plain lines, JSON, or silence. */
export interface EventView {
  emit(event: Event): void
  /** Leaves the terminal to `work` (a question, a preview) while it runs. */
  during<T>(work: () => Promise<T>): Promise<T>
  close(): void
}

/** The view that fits: --json, --quiet, a terminal, a pipe. Only the terminal's is loaded where it is needed. */
export async function openView(io: Io, general: General, screen: Screen): Promise<EventView> {
  if (general.json) return jsonView(io)
  if (general.quiet) return quietView()
  if (!isLive(io.stdout, io.env)) return plainView(io, screen)
  const { liveView } = await import('./terminal/live-view.ts')
  return liveView(io, screen)
}

const during = <T>(work: () => Promise<T>): Promise<T> => work()
const close = (): void => {}

function jsonView(io: Io): EventView {
  return { emit: (event) => void io.stdout.write(`${eventLine(event, io.now())}\n`), during, close }
}

function quietView(): EventView {
  return { emit: () => {}, during, close }
}

function plainView(io: Io, screen: Screen): EventView {
  let memory = NOTHING_SAID
  const emit = (event: Event): void => {
    const at = io.now()
    const told = narrate(memory, event, at)
    memory = told.memory
    screen.print(
      told.entries
        .filter((entry) => screen.page.verbose || entry.stays !== 'verbose')
        .flatMap((entry) => entryLines(screen.page, entry, at)),
    )
  }
  return { emit, during, close }
}
