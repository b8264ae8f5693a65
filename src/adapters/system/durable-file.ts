import { randomBytes } from 'node:crypto'
import { mkdir, open, rename, rm } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'

/** Makes what was created, renamed or removed in a folder durable (a file's own fsync does not cover its name). */
export async function syncFolder(path: string): Promise<void> {
  const handle = await open(path, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Creates a folder and those above it, mode 0700, durably; one that exists stays as it is. True where it was created. */
export async function createFolder(path: string): Promise<boolean> {
  const absolute = resolve(path)
  const first = await mkdir(absolute, { recursive: true, mode: 0o700 })
  if (first === undefined) return false
  for (let folder = dirname(absolute); ; folder = dirname(folder)) {
    await syncFolder(folder)
    if (folder === dirname(first)) return true
  }
}

/** Writes a file, mode 0600, so that its name shows either what was there before or all of `bytes`, also after a power cut. */
export async function writeFileDurably(path: string, bytes: Uint8Array): Promise<void> {
  const folder = dirname(path)
  const temporary = join(folder, `.${randomBytes(8).toString('hex')}.tmp`)
  try {
    await writeNewFile(temporary, bytes)
    await rename(temporary, path)
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
  await syncFolder(folder)
}

/** Writes a file that must not exist yet, mode 0600, with its content (not its name) durable. */
export async function writeNewFile(path: string, bytes: Uint8Array): Promise<void> {
  const handle = await open(path, 'wx', 0o600)
  try {
    await handle.writeFile(bytes)
    await handle.sync()
  } finally {
    await handle.close()
  }
}
