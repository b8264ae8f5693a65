import { rmSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { onDisk } from '../system/disk-problem.ts'
import { whenWeEnd } from '../system/process-group.ts'

/** `work` in a private folder (0700) that is gone afterwards, however it ends: also where the process is ended in the middle. */
export async function inWorkFolder<Result>(work: (folder: string) => Promise<Result>): Promise<Result> {
  const parent = tmpdir()
  const folder = await onDisk('make a folder for rendering', parent, () => mkdtemp(join(parent, 'jmc-render-')))
  const noNeed = whenWeEnd(() => removeAtOnce(folder))
  try {
    return await work(folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
    noNeed()
  }
}

/** A tool that was told to end a moment ago may still write into it: that is tried again for a moment, and then left. */
function removeAtOnce(folder: string): void {
  try {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 20 })
  } catch {
    // It is in the system's folder for such things, and private.
  }
}

/** Writes texts below `folder`, by their paths in it; only the owner may read them. */
export async function writeTexts(folder: string, texts: Iterable<readonly [path: string, text: string]>): Promise<void> {
  await onDisk('write the files to render', folder, async () => {
    const files = [...texts].map(([path, text]) => {
      if (path.split('/').includes('..')) throw new TypeError(`${path} leads out of its folder`)
      return { file: join(folder, path), text }
    })
    const folders = new Set(files.map(({ file }) => dirname(file)))
    await Promise.all([...folders].map((each) => mkdir(each, { recursive: true, mode: 0o700 })))
    await Promise.all(files.map(({ file, text }) => writeFile(file, text, { mode: 0o600 })))
  })
}

/** The files below `root` by their paths in it. */
export function below(root: string, files: ReadonlyMap<string, string>): readonly (readonly [path: string, text: string])[] {
  const prefix = `${root.replace(/(?<=.)\/+$/, '')}/`
  return [...files].flatMap(([path, text]) => (path.startsWith(prefix) ? [[path.slice(prefix.length), text] as const] : []))
}
