import type { DynamicConfig, DynamicConfigEdit } from '../../domain/ports/index.ts'

export interface JustRead {
  readonly config: DynamicConfig
  /** What the effect would make of it, where that is known. */
  readonly edit?: DynamicConfigEdit
}

/** The file that a record of this very process was made from, until its effect has used it. */
const justRead = new WeakMap<object, JustRead>()

/** The effect that follows at once need not read the file again: its write is refused where the file is no longer the same, and then it does. */
export function keepRead<UndoRecord extends object>(record: UndoRecord, read: JustRead): UndoRecord {
  justRead.set(record, read)
  return record
}

/** Once: a second attempt, and another process, read for themselves. */
export function takeRead(record: object): JustRead | undefined {
  const read = justRead.get(record)
  justRead.delete(record)
  return read
}
