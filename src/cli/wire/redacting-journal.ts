import type { JournalPort } from '../../domain/ports/journal.ts'
import type { JournalRecord } from '../../domain/records.ts'

/**
 * What the tool reads again, and what is a word of its own: names, digests, times, and the notes that an undo goes by. A secret that happens to be
 * such a word must not change what a record means. Everything else is for people.
 */
const KEPT = new Set([
  'type',
  'runId',
  'planName',
  'planPath',
  'toolVersion',
  'snapshot',
  'undoRecord',
  'basis',
  'note',
  'host',
  'user',
  'command',
  'goal',
  'step',
  'failedStep',
  'failedSide',
  'side',
  'state',
  'to',
  'cause',
  'direction',
  'gate',
  'progress',
  'verdict',
  'how',
  'status',
  'system',
  'action',
  'code',
  'effect',
  'location',
  'path',
  'files',
  'sha256',
])
/** Inside of a problem this is the underlying error's text. */
const TEXT_IN_PROBLEM = 'cause'

/**
 * The journal, without the secrets that this process has resolved: what a crashing pod logged is evidence, and any later command prints it. Redacted
 * before it is written, so that the chain is over what is kept. Blobs stay raw.
 */
export function redactingJournal(journal: JournalPort, redact: (text: string) => string): JournalPort {
  return {
    get entries() {
      return journal.entries
    },
    append: (record) => journal.append(withoutSecrets(record, redact)),
    putBlob: (bytes) => journal.putBlob(bytes),
    getBlob: (reference) => journal.getBlob(reference),
    close: () => journal.close(),
  }
}

export const withoutSecrets = (record: JournalRecord, redact: (text: string) => string): JournalRecord =>
  walk(record, redact, false) as JournalRecord

function walk(value: unknown, redact: (text: string) => string, inProblem: boolean): unknown {
  if (typeof value === 'string') return redact(value)
  if (Array.isArray(value)) return value.map((item: unknown) => walk(item, redact, inProblem))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, member]: [string, unknown]) => [
      name,
      KEPT.has(name) && !(inProblem && name === TEXT_IN_PROBLEM) ? member : walk(member, redact, inProblem || name === 'problem'),
    ]),
  )
}
