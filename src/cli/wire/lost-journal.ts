import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { getBlob, storedBlobs } from '../../adapters/journal/blobs.ts'
import { JOURNAL_FILE } from '../../adapters/journal/read-journal.ts'
import type { Problem } from '../../domain/problem.ts'
import { ProblemError } from '../../domain/problem.ts'
import { decodeSnapshot } from '../../engine/snapshot.ts'
import { BUNDLE_FOLDER } from './state-folder.ts'

/**
 * A run folder without a single record: either a process died before its run began, or the journal was lost. The snapshot of the plan is
 * stored before the first record, and no effect begins before its undo record is stored: whatever else lies there proves that there was
 * a journal. Rejects with `journal-lost` then.
 */
export async function refuseLostJournal(folder: string): Promise<void> {
  const stored = await storedBlobs(folder)
  const [first, ...more] = stored
  const justBegun = first === undefined || (more.length === 0 && (await isSnapshot(folder, first)))
  const bundle = existsSync(join(folder, BUNDLE_FOLDER))
  if (justBegun && !bundle) return
  throw new ProblemError(journalLost(folder, stored.length, bundle))
}

async function isSnapshot(folder: string, sha256: string): Promise<boolean> {
  try {
    const { schema, planText } = decodeSnapshot(await getBlob(folder, { sha256, size: 0 }))
    return schema === 1 && typeof planText === 'string'
  } catch {
    return false
  }
}

function journalLost(folder: string, blobs: number, bundle: boolean): Problem {
  const journal = join(folder, JOURNAL_FILE)
  const found = [
    ...(blobs > 0 ? [`${blobs} ${blobs === 1 ? 'file' : 'files'} in ${join(folder, 'blobs')}: what undo needs`] : []),
    ...(bundle ? [`the restore bundle ${join(folder, BUNDLE_FOLDER)}`] : []),
  ]
  return {
    code: 'journal-lost',
    summary: `${journal} is ${existsSync(journal) ? 'empty' : 'missing'}, although a run has been at work here: how far it got is not known`,
    attempted: 'read the journal',
    details: found,
    next: [
      `restore ${journal} from a copy`,
      `or look at the edge and at the cluster by hand, put right what the run had changed, then move ${folder} away`,
    ],
    effect: 'no',
  }
}
