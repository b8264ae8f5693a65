import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

import type { Problem } from '../../domain/problem.ts'
import type { BlobReference, JournalEntry } from '../../domain/records.ts'
import { errnoOf, onDisk } from '../system/disk-problem.ts'
import { getBlob } from './blobs.ts'
import { parseJournal } from './chain.ts'

export const JOURNAL_FILE = 'journal.jsonl'

export interface JournalReading {
  /** All whole entries, verified; empty where there is no journal (yet). */
  readonly entries: readonly JournalEntry[]
  readonly warnings: readonly Problem[]
  getBlob(reference: BlobReference): Promise<Uint8Array>
}

/**
 * Reads a journal and changes nothing, also while a run goes on writing it. Rejects with `journal-damaged` or
 * `journal-newer-schema`; an incomplete last line is left out with the warning `journal-tail-torn`.
 */
export async function readJournal(directory: string): Promise<JournalReading> {
  const file = join(directory, JOURNAL_FILE)
  const bytes = await onDisk('read the journal', file, async () => {
    try {
      return await readFile(file)
    } catch (error) {
      if (errnoOf(error) === 'ENOENT') return new Uint8Array()
      throw error
    }
  })
  const { entries, tornBytes } = parseJournal(bytes, file)
  return {
    entries,
    warnings: tornBytes === 0 ? [] : [tornTail(file, entries.length)],
    getBlob: (reference) => getBlob(directory, reference),
  }
}

function tornTail(file: string, whole: number): Problem {
  return {
    code: 'journal-tail-torn',
    summary: `${file}: the line after entry ${whole} is incomplete; it is being written at this moment, or a process died while writing it`,
    next: ['nothing: a run or rollback repairs it'],
  }
}
