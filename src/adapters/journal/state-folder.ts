import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { errnoOf } from '../system/disk-problem.ts'
import { createFolder } from '../system/durable-file.ts'

/** The folder of a plan's state, made on first use: 0700, and invisible to git (undo records hold secrets). */
export async function createStateFolder(directory: string): Promise<void> {
  await createFolder(directory)
  const ignore = join(directory, '.gitignore')
  try {
    await writeFile(ignore, '*\n', { flag: 'wx', mode: 0o600 })
  } catch (error) {
    if (errnoOf(error) === 'EEXIST') return
    // An empty one, on a full disk, would be taken for a person's own, and git would see everything.
    await rm(ignore, { force: true }).catch(() => {})
    throw error
  }
}
