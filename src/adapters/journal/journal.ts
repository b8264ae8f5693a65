import type { FileHandle } from 'node:fs/promises'
import { open } from 'node:fs/promises'
import { join } from 'node:path'

import type { Clock } from '../../domain/ports/clock.ts'
import type { JournalPort } from '../../domain/ports/journal.ts'
import type { Problem } from '../../domain/problem.ts'
import { ProblemError } from '../../domain/problem.ts'
import type { JournalEntry, JournalRecord } from '../../domain/records.ts'
import { onDisk } from '../system/disk-problem.ts'
import { syncFolder } from '../system/durable-file.ts'
import { getBlob, putBlob } from './blobs.ts'
import type { ParsedJournal } from './chain.ts'
import { nextEntry, parseJournal } from './chain.ts'
import { JOURNAL_FILE } from './read-journal.ts'
import { createStateFolder } from './state-folder.ts'

export interface OpenJournal extends JournalPort {
  /** What was repaired on opening (`journal-tail-repaired`). */
  readonly warnings: readonly Problem[]
}

/**
 * Opens the journal of a state folder for writing, both created on first use; the caller holds the lock. A torn tail is cut off with a
 * warning. Rejects with `journal-damaged`, `journal-newer-schema`, or what the disk says (`disk-full`, `not-permitted` …).
 */
export async function openJournal(directory: string, { clock }: { readonly clock: Pick<Clock, 'now'> }): Promise<OpenJournal> {
  const file = join(directory, JOURNAL_FILE)
  const handle = await onDisk('open the journal', file, () => openFile(directory, file))
  try {
    const parsed = parseJournal(await onDisk('read the journal', file, () => handle.readFile()), file)
    const warnings = parsed.tornBytes === 0 ? [] : [await onDisk('repair the journal', file, () => cutTail(handle, parsed, file))]
    return writer(directory, file, handle, parsed, clock, warnings)
  } catch (error) {
    await handle.close()
    throw error
  }
}

async function openFile(directory: string, file: string): Promise<FileHandle> {
  await createStateFolder(directory)
  const handle = await open(file, 'a+', 0o600)
  await syncFolder(directory)
  return handle
}

async function cutTail(handle: FileHandle, parsed: ParsedJournal, file: string): Promise<Problem> {
  await handle.truncate(parsed.wholeBytes)
  await handle.sync()
  return {
    code: 'journal-tail-repaired',
    summary: `${file}: the line after entry ${parsed.entries.length} was incomplete (${parsed.tornBytes} bytes) and was cut off; a process died while writing it`,
    next: ['nothing: no effect begins before its record is complete'],
  }
}

function writer(
  directory: string,
  file: string,
  handle: FileHandle,
  parsed: ParsedJournal,
  clock: Pick<Clock, 'now'>,
  warnings: readonly Problem[],
): OpenJournal {
  const entries: JournalEntry[] = [...parsed.entries]
  let size = parsed.wholeBytes
  let broken: ProblemError | undefined
  let closed = false
  let queue: Promise<unknown> = Promise.resolve()

  async function appendNow(record: JournalRecord): Promise<JournalEntry> {
    if (closed) throw new Error('append to a closed journal')
    if (broken !== undefined) throw broken
    const effect = effectBefore(record)
    await refuseStrangers(handle, size, file, effect)
    const { entry, line } = nextEntry(entries.at(-1), clock.now(), record)
    const bytes = Buffer.from(line)
    try {
      await onDisk('write the journal', file, () => writeDurably(handle, bytes), effect)
    } catch (error) {
      broken = await undoWrite(handle, size, error)
      throw error
    }
    size += bytes.length
    entries.push(entry)
    return entry
  }

  return {
    entries,
    warnings,
    append: (record) => {
      const appended = queue.then(() => appendNow(record))
      queue = appended.catch(() => {})
      return appended
    },
    putBlob: (bytes) => putBlob(directory, bytes),
    getBlob: (reference) => getBlob(directory, reference),
    close: async () => {
      await queue
      if (!closed) await handle.close()
      closed = true
    },
  }
}

async function writeDurably(handle: FileHandle, bytes: Uint8Array): Promise<void> {
  await handle.appendFile(bytes)
  await handle.datasync()
}

/** Notes and outcomes are written while an effect is under way or was just done: without them it is open what happened. */
const AFTER_AN_EFFECT: readonly JournalRecord['type'][] = ['note', 'effect-done', 'effect-failed']

const effectBefore = ({ type }: JournalRecord): 'no' | 'unknown' => (AFTER_AN_EFFECT.includes(type) ? 'unknown' : 'no')

/**
 * After a failed write: cuts off what may stand there in part, so that a later append (when space was freed) follows a whole line. Where
 * that fails too nothing more may be written; the problem to give from then on.
 */
async function undoWrite(handle: FileHandle, size: number, error: unknown): Promise<ProblemError | undefined> {
  try {
    await handle.truncate(size)
    await handle.sync()
    return undefined
  } catch {
    return error instanceof ProblemError ? error : undefined
  }
}

/** Nobody but us may write the file while we hold the lock, nor take it away; going on would hide either. */
async function refuseStrangers(handle: FileHandle, size: number, file: string, effect: 'no' | 'unknown'): Promise<void> {
  const now = await handle.stat()
  if (now.nlink > 0 && now.size === size) return
  throw new ProblemError({
    code: 'journal-changed-meanwhile',
    summary: now.nlink === 0 ? `${file} was removed while the run uses it` : `${file} was changed by someone else while the run uses it`,
    attempted: 'write the journal',
    next: ['find out who touched the state folder; status knows no more than what is left in it'],
    effect,
  })
}
