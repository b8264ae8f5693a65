import { createHash } from 'node:crypto'

import type { Json } from '../../domain/json.ts'
import { canonicalJson } from '../../domain/json.ts'
import { ProblemError } from '../../domain/problem.ts'
import type { JournalEntry, JournalRecord } from '../../domain/records.ts'
import { JOURNAL_SCHEMA } from '../../domain/records.ts'

/** What the first entry is chained to. */
const GENESIS = '0'.repeat(64)
const NEWLINE = 0x0a

/** A journal's file, understood. */
export interface ParsedJournal {
  readonly entries: readonly JournalEntry[]
  /** Bytes of the whole lines; what stands after them is a torn tail. */
  readonly wholeBytes: number
  readonly tornBytes: number
}

/** The next entry after `previous`, and its line: canonical JSON with a newline. */
export function nextEntry(
  previous: JournalEntry | undefined,
  at: number,
  record: JournalRecord,
): { readonly entry: JournalEntry; readonly line: string } {
  const sequence = (previous?.sequence ?? 0) + 1
  // Through JSON and back: what is in memory is exactly what a later process will read.
  const plain: Json = JSON.parse(JSON.stringify(record))
  const hash = chainHash(previous?.hash ?? GENESIS, sequence, at, plain)
  const line = canonicalJson({ sequence, at, record: plain, hash })
  const entry: JournalEntry = JSON.parse(line)
  return { entry, line: `${line}\n` }
}

/** SHA-256 over the previous hash and the canonical text of the entry without its own hash. */
function chainHash(previous: string, sequence: number, at: number, record: Json): string {
  return createHash('sha256')
    .update(`${previous}\n${canonicalJson({ sequence, at, record })}`)
    .digest('hex')
}

/**
 * Reads the lines of a journal and verifies their chain. Bytes after the last newline are a torn tail: an append that was never
 * acknowledged. Anything else that does not fit rejects with `journal-damaged` or `journal-newer-schema`; `file` is for their text.
 */
export function parseJournal(bytes: Uint8Array, file: string): ParsedJournal {
  const entries: JournalEntry[] = []
  let start = 0
  for (let end = bytes.indexOf(NEWLINE); end !== -1; end = bytes.indexOf(NEWLINE, start)) {
    const text = Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('utf8')
    entries.push(parseLine(text, entries.at(-1), file))
    start = end + 1
  }
  return { entries, wholeBytes: start, tornBytes: bytes.length - start }
}

function parseLine(text: string, previous: JournalEntry | undefined, file: string): JournalEntry {
  const sequence = (previous?.sequence ?? 0) + 1
  const value = parseJson(text)
  refuseNewer(value, file)
  if (!looksLikeEntry(value)) throw damaged(file, sequence, value === undefined ? 'it is not JSON' : 'it is no journal entry')
  if (value.sequence !== sequence)
    throw damaged(file, sequence, `it holds entry ${value.sequence}: lines are missing, doubled or in another order`)
  if (chainHash(previous?.hash ?? GENESIS, value.sequence, value.at, value.record) !== value.hash) {
    throw damaged(file, sequence, 'its hash does not fit: it, or the line before it, was changed')
  }
  // The hash proves that this program wrote the record, so it has the shape that the program gave it.
  const entry: JournalEntry = JSON.parse(text)
  return entry
}

interface EntryShape {
  readonly sequence: number
  readonly at: number
  readonly record: Json
  readonly hash: string
}

function looksLikeEntry(value: Json | undefined): value is Json & EntryShape {
  if (typeof value !== 'object' || value === null || !('record' in value)) return false
  return (
    'sequence' in value &&
    typeof value.sequence === 'number' &&
    'at' in value &&
    typeof value.at === 'number' &&
    'hash' in value &&
    typeof value.hash === 'string'
  )
}

function parseJson(text: string): Json | undefined {
  try {
    const value: Json = JSON.parse(text)
    return value
  } catch {
    return undefined
  }
}

/** Before anything else is checked: a newer program may also chain its lines differently. */
function refuseNewer(value: Json | undefined, file: string): void {
  const record = typeof value === 'object' && value !== null && 'record' in value ? value.record : undefined
  if (typeof record !== 'object' || record === null || !('schema' in record) || !('type' in record)) return
  if (record.type !== 'run-started' || typeof record.schema !== 'number' || record.schema <= JOURNAL_SCHEMA) return
  const version = 'toolVersion' in record && typeof record.toolVersion === 'string' ? ` ${record.toolVersion}` : ''
  throw new ProblemError({
    code: 'journal-newer-schema',
    summary: `${file} was written by a newer jmc-migrate${version} (schema ${record.schema}; this one reads up to ${JOURNAL_SCHEMA})`,
    attempted: 'read the journal',
    next: [`use jmc-migrate${version} or newer`],
    effect: 'no',
  })
}

function damaged(file: string, line: number, what: string): ProblemError {
  return new ProblemError({
    code: 'journal-damaged',
    summary: `${file}, line ${line}: ${what}`,
    attempted: 'read the journal',
    details: ['The journal is the only truth about how far the run got; nothing was changed, neither in it nor on the targets.'],
    next: [
      `restore ${file} from a backup, if there is one`,
      'otherwise bring the targets into a known state by hand (the blobs folder beside the journal holds what undo needs), move the state folder away and start anew',
    ],
    effect: 'no',
  })
}
