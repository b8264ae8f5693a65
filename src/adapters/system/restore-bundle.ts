import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { dirname, join, posix } from 'node:path'

import { ProblemError } from '../../domain/problem.ts'
import type { RestoreFile } from '../../domain/step-kind.ts'
import { onDisk } from './disk-problem.ts'
import { createFolder, writeFilesDurably } from './durable-file.ts'

export interface BundleWriter {
  /**
   * Writes the files and a README.md, each durable, reads all of them back and compares. `sha256` is over names and contents of all, README
   * included. Rejects with `bundle-damaged` when something came back different, `bundle-path` for a name that leads out of the folder.
   */
  write(files: readonly RestoreFile[]): Promise<{ readonly path: string; readonly sha256: string }>
}

interface BundleFile {
  readonly path: string
  readonly bytes: Uint8Array
}

/** What a person needs to bring the old world back by hand, in `directory` (0700, files 0600). Writing again replaces it, file by file. */
export function createRestoreBundle(directory: string, readBack: (path: string) => Promise<Uint8Array> = readFile): BundleWriter {
  return {
    write: async (files) => {
      refuseOddPaths(files)
      const all: readonly BundleFile[] = [...files, { path: 'README.md', bytes: Buffer.from(readme(files)) }].toSorted((a, b) =>
        a.path < b.path ? -1 : 1,
      )
      await onDisk('write the restore bundle', directory, async () => {
        const placed = all.map(({ path, bytes }) => ({ path: join(directory, path), bytes }))
        await createFolder(directory)
        await Promise.all([...new Set(placed.map(({ path }) => dirname(path)))].map(createFolder))
        await writeFilesDurably(placed)
      })
      return {
        path: directory,
        sha256: await onDisk('read the restore bundle back', directory, () => digestOnDisk(directory, all, readBack)),
      }
    },
  }
}

async function digestOnDisk(
  directory: string,
  expected: readonly BundleFile[],
  readBack: (path: string) => Promise<Uint8Array>,
): Promise<string> {
  const digest = createHash('sha256')
  const found = await Promise.all(expected.map(async (file) => ({ file, bytes: await readBack(join(directory, file.path)) })))
  for (const { file, bytes } of found) {
    if (Buffer.compare(bytes, file.bytes) !== 0) throw damaged(join(directory, file.path))
    // Length first, so that no two bundles give the same stream.
    digest.update(`${file.path}\0${bytes.length}\0`).update(bytes)
  }
  return digest.digest('hex')
}

function readme(files: readonly RestoreFile[]): string {
  const lines = files.map((file) => `- \`${file.path}\`: ${file.use}`)
  return [
    '# Restore bundle',
    '',
    'What is needed to bring back by hand what was removed for good. The files hold secrets where the originals did: keep them as you keep those.',
    '',
    ...(lines.length > 0 ? lines : ['There was nothing to keep.']),
    '',
  ].join('\n')
}

function refuseOddPaths(files: readonly RestoreFile[]): void {
  const seen = new Set<string>(['readme.md'])
  for (const { path } of files) {
    const plain =
      path !== '' &&
      path === posix.normalize(path) &&
      !posix.isAbsolute(path) &&
      !path.startsWith('..') &&
      !path.endsWith('/') &&
      path !== '.'
    // Some file systems do not tell upper from lower case.
    if (plain && !seen.has(path.toLowerCase())) {
      seen.add(path.toLowerCase())
      continue
    }
    throw new ProblemError({
      code: 'bundle-path',
      summary: `${JSON.stringify(path)} ${plain ? 'is used twice in the restore bundle' : 'is no path inside the restore bundle'}`,
      attempted: 'write the restore bundle',
      next: ['this is a bug in jmc-migrate: please report it'],
      effect: 'no',
    })
  }
}

function damaged(path: string): ProblemError {
  return new ProblemError({
    code: 'bundle-damaged',
    summary: `${path} does not hold what was written a moment ago`,
    attempted: 'read the restore bundle back',
    next: ['check the disk (dmesg), or choose another one with --state-dir; nothing irreversible was done'],
    effect: 'no',
  })
}
