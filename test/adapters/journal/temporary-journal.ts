import { join } from 'node:path'
import { afterEach, beforeEach } from 'vitest'

import type { OpenJournal } from '../../../src/adapters/journal/journal.ts'
import { openJournal } from '../../../src/adapters/journal/journal.ts'
import type { JournalRecord } from '../../../src/domain/records.ts'
import type { FakeClock } from '../../fakes/clock.ts'
import { createFakeClock } from '../../fakes/clock.ts'
import { temporaryFolder } from '../child.ts'

export interface TemporaryJournal {
  readonly clock: FakeClock
  /** The folder that stands in for the whole disk, and the state folder in it, which does not exist yet. */
  readonly root: () => string
  readonly directory: () => string
  readonly file: () => string
  /** Opens the journal; it is closed after the test. */
  readonly open: () => Promise<OpenJournal>
  /** Leaves a closed journal with these notes. */
  readonly write: (...notes: readonly string[]) => Promise<void>
}

export const note = (value: string): JournalRecord => ({ type: 'note', step: 'deploy', direction: 'apply', note: value })

/** A state folder of its own for each test. */
export function temporaryJournal(): TemporaryJournal {
  let folder: Awaited<ReturnType<typeof temporaryFolder>> | undefined
  const opened: OpenJournal[] = []
  const clock = createFakeClock()
  const directory = (): string => join(folder?.path ?? '', 'plans', '.jmc-migrate', 'a')

  const open = async (): Promise<OpenJournal> => {
    const journal = await openJournal(directory(), { clock })
    opened.push(journal)
    return journal
  }

  beforeEach(async () => {
    folder = await temporaryFolder()
  })
  afterEach(async () => {
    for (const journal of opened.splice(0)) await journal.close()
    await folder?.remove()
  })

  return {
    clock,
    root: () => folder?.path ?? '',
    directory,
    file: () => join(directory(), 'journal.jsonl'),
    open,
    write: async (...notes) => {
      const journal = await open()
      for (const each of notes) await journal.append(note(each))
      await journal.close()
    },
  }
}
