import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

import { ProblemError } from '../../domain/problem.ts'
import type { BlobReference } from '../../domain/records.ts'
import { errnoOf, onDisk } from '../system/disk-problem.ts'
import { createFolder, syncFolder, writeFileDurably } from '../system/durable-file.ts'

const folderOf = (directory: string): string => join(directory, 'blobs')
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

/** Stores bytes under their hash, mode 0600; durable when it resolves. Storing the same again costs a read. */
export async function putBlob(directory: string, bytes: Uint8Array): Promise<BlobReference> {
  const reference = { sha256: sha256(bytes), size: bytes.length }
  const path = join(folderOf(directory), reference.sha256)
  await onDisk('store what undo needs', path, async () => {
    await createFolder(folderOf(directory))
    const present = await readIfThere(path)
    // The file that is there may be a damaged one: then it is written anew.
    if (present === undefined || sha256(present) !== reference.sha256) await writeFileDurably(path, bytes)
    // Its writer may have died before the name was durable.
    else await syncFolder(folderOf(directory))
  })
  return reference
}

/** The bytes of a reference; rejects with `blob-missing` or `blob-damaged` rather than give others. */
export async function getBlob(directory: string, reference: BlobReference): Promise<Uint8Array> {
  const path = join(folderOf(directory), reference.sha256)
  const bytes = /^[0-9a-f]{64}$/.test(reference.sha256) ? await onDisk('read what undo needs', path, () => readIfThere(path)) : undefined
  if (bytes === undefined) throw unusable('blob-missing', `${path} is missing, although the journal refers to it`)
  if (sha256(bytes) !== reference.sha256)
    throw unusable('blob-damaged', `${path} does not hold what was stored: its SHA-256 is ${sha256(bytes)}`)
  return bytes
}

/** Hashes of all that was ever stored, lowest first; none where there is no folder. What a killed write left behind is not counted. */
export async function storedBlobs(directory: string): Promise<readonly string[]> {
  const folder = folderOf(directory)
  return onDisk('list what undo needs', folder, async () => {
    try {
      return (await readdir(folder)).filter((name) => /^[0-9a-f]{64}$/.test(name)).toSorted()
    } catch (error) {
      if (errnoOf(error) === 'ENOENT') return []
      throw error
    }
  })
}

async function readIfThere(path: string): Promise<Uint8Array | undefined> {
  try {
    return await readFile(path)
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined
    throw error
  }
}

function unusable(code: string, summary: string): ProblemError {
  return new ProblemError({
    code,
    summary,
    attempted: 'read what undo needs',
    next: ['restore the file from a backup of the state folder; nothing was changed'],
    effect: 'no',
  })
}
