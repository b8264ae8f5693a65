import { rmSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { onDisk } from '../system/disk-problem.ts'

/** Folders in use: a process that ends at once (the second Ctrl-C) takes them away, too. */
const inUse = new Set<string>()
const removeAll = (): void => {
  for (const folder of inUse) rmSync(folder, { recursive: true, force: true })
}

/** `work` in a private folder (0700) that is gone afterwards, however it ends. */
export async function inWorkFolder<Result>(work: (folder: string) => Promise<Result>): Promise<Result> {
  const parent = tmpdir()
  const folder = await onDisk('make a folder for rendering', parent, () => mkdtemp(join(parent, 'jmc-render-')))
  if (inUse.size === 0) process.on('exit', removeAll)
  inUse.add(folder)
  try {
    return await work(folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
    inUse.delete(folder)
    if (inUse.size === 0) process.off('exit', removeAll)
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
