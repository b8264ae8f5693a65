import { createHash } from 'node:crypto'
import type { JournalPort } from '../../src/domain/ports/journal.ts'
import type { JournalEntry, JournalRecord } from '../../src/domain/records.ts'

/** The process died: what `append` throws in a simulation. */
export class Killed extends Error {}

/** A disk that outlives the process: entries and blobs. */
export interface JournalDisk {
  readonly entries: JournalEntry[]
  readonly blobs: Map<string, Uint8Array>
}

export const emptyDisk = (): JournalDisk => ({ entries: [], blobs: new Map() })

/**
 * A journal on a `disk` in memory. With `killAt`, the process dies right before (`durable: false`) or right after the record with that
 * sequence became durable; every later call dies too.
 */
export function memoryJournal(
  disk: JournalDisk,
  now: () => number,
  killAt?: { readonly sequence: number; readonly durable: boolean },
): JournalPort {
  let dead = false
  const dieIf = (condition: boolean): void => {
    if (condition) dead = true
    if (dead) throw new Killed('killed')
  }
  const append = async (record: JournalRecord): Promise<JournalEntry> => {
    const sequence = disk.entries.length + 1
    dieIf(killAt?.sequence === sequence && !killAt.durable)
    const entry: JournalEntry = { sequence, at: now(), record: structuredClone(record), hash: String(sequence) }
    disk.entries.push(entry)
    dieIf(killAt?.sequence === sequence)
    return entry
  }
  return {
    get entries() {
      return disk.entries
    },
    append,
    async putBlob(bytes) {
      dieIf(false)
      const sha256 = createHash('sha256').update(bytes).digest('hex')
      disk.blobs.set(sha256, bytes)
      return { sha256, size: bytes.length }
    },
    async getBlob({ sha256 }) {
      const bytes = disk.blobs.get(sha256)
      if (!bytes) throw new Error(`no blob ${sha256}`)
      return bytes
    },
    close: async () => undefined,
  }
}
