import { randomBytes } from 'node:crypto'
import { mkdir, open, rename, rm, stat } from 'node:fs/promises'
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
  const first = await makeMissing(absolute)
  if (first === undefined) return false
  for (let folder = dirname(absolute); ; folder = dirname(folder)) {
    await syncFolder(folder)
    if (folder === dirname(first)) return true
  }
}

/**
 * The topmost folder that had to be made; undefined where all were there. Not `mkdir(…, { recursive: true })`: on a read-only or full
 * disk Node then answers that there is no such folder (ENOENT) instead of what the disk said.
 */
async function makeMissing(path: string): Promise<string | undefined> {
  const make = (): Promise<void> => mkdir(path, { mode: 0o700 })
  try {
    await make()
    return path
  } catch (error) {
    if (await isFolder(path)) return undefined
    if (!isMissing(error) || dirname(path) === path) throw error
  }
  const above = await makeMissing(dirname(path))
  try {
    await make()
    return above ?? path
  } catch (error) {
    // Somebody else was faster.
    if (await isFolder(path)) return above
    throw error
  }
}

const isFolder = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  )

const isMissing = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'ENOENT'

/** Writes a file, mode 0600, so that its name shows either what was there before or all of `bytes`, also after a power cut. */
export async function writeFileDurably(path: string, bytes: Uint8Array): Promise<void> {
  await writeFilesDurably([{ path, bytes }])
}

/** The same for each of several, side by side; a folder is made durable once, when all that is in it has its name. */
export async function writeFilesDurably(files: readonly { readonly path: string; readonly bytes: Uint8Array }[]): Promise<void> {
  const written = await Promise.allSettled(files.map(({ path, bytes }) => replaceFile(path, bytes)))
  const failed = written.find((each) => each.status === 'rejected')
  if (failed !== undefined) throw failed.reason
  await Promise.all([...new Set(files.map(({ path }) => dirname(path)))].map(syncFolder))
}

/** Durable but for its name. */
async function replaceFile(path: string, bytes: Uint8Array): Promise<void> {
  const temporary = join(dirname(path), `.${randomBytes(8).toString('hex')}.tmp`)
  try {
    await writeNewFile(temporary, bytes)
    await rename(temporary, path)
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
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
