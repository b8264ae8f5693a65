import type { JournalEntry, JournalRecord } from '../records.ts'
import type { BlobReference } from '../records.ts'

/** The append-only record of a run. `append` resolves only after the record is on disk to stay (fdatasync). */
export interface JournalPort {
  /** All entries so far, verified (hash chain); a torn tail has been repaired with a warning. */
  readonly entries: readonly JournalEntry[]
  append(record: JournalRecord): Promise<JournalEntry>
  /** Raw bytes that a record refers to (undo records, snapshots): mode 0600, durable before the reference is returned. */
  putBlob(bytes: Uint8Array): Promise<BlobReference>
  getBlob(reference: BlobReference): Promise<Uint8Array>
  close(): Promise<void>
}
