import { execFile } from 'node:child_process'
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { createFolder, writeFilesDurably } from '../../../src/adapters/system/durable-file.ts'
import { bundle, temporaryFolder } from '../child.ts'

const run = promisify(execFile)

/** A file system of one's own needs a mount namespace, which not every machine gives. */
const mountable = await run('unshare', ['--mount', 'mount', '-t', 'tmpfs', 'none', '/mnt']).then(
  () => true,
  () => false,
)

let folder: Awaited<ReturnType<typeof temporaryFolder>>
beforeEach(async () => void (folder = await temporaryFolder()))
afterEach(() => folder.remove())

describe('createFolder', () => {
  it('makes all that is missing, private, and says whether it did', async () => {
    const path = join(folder.path, 'a', 'b', 'c')
    expect(await createFolder(path)).toBe(true)
    expect(await createFolder(path)).toBe(false)
    for (const each of ['a', 'a/b', 'a/b/c']) expect((await stat(join(folder.path, each))).mode & 0o777).toBe(0o700)
  })

  it('may be asked by two at once', async () => {
    const path = join(folder.path, 'a', 'b')
    await Promise.all([createFolder(path), createFolder(path), createFolder(join(path, 'c'))])
    expect((await stat(join(path, 'c'))).isDirectory()).toBe(true)
  })

  it('leaves a folder that is there, and refuses a file in its place or above it', async () => {
    await mkdir(join(folder.path, 'open'), { mode: 0o755 })
    await createFolder(join(folder.path, 'open'))
    expect((await stat(join(folder.path, 'open'))).mode & 0o777).toBe(0o755)
    await writeFile(join(folder.path, 'file'), '')
    await expect(createFolder(join(folder.path, 'file'))).rejects.toMatchObject({ code: 'EEXIST' })
    await expect(createFolder(join(folder.path, 'file', 'below'))).rejects.toMatchObject({ code: 'ENOTDIR' })
  })

  it.runIf(mountable)('says what a read-only disk says, also where several folders are missing', async () => {
    const script = await bundle(join(import.meta.dirname, 'create-folder-child.ts'), folder.path)
    const disk = join(folder.path, 'disk')
    await mkdir(disk)
    const mounted = 'mount -t tmpfs -o ro none "$0" && exec "$@"'
    const { stdout } = await run('unshare', ['--mount', 'sh', '-c', mounted, disk, process.execPath, script, join(disk, 'a', 'b')])
    expect(stdout.trim()).toBe('EROFS')
  })
})

describe('writeFilesDurably', () => {
  it('gives each its content, private, and in the place of what was there', async () => {
    await mkdir(join(folder.path, 'b'))
    await writeFile(join(folder.path, 'a'), 'old', { mode: 0o644 })
    const paths = ['a', 'b/c', 'b/d'].map((name) => join(folder.path, name))
    await writeFilesDurably(paths.map((path) => ({ path, bytes: Buffer.from(path) })))
    for (const path of paths) {
      expect(await readFile(path, 'utf8')).toBe(path)
      expect((await stat(path)).mode & 0o777).toBe(0o600)
    }
    expect((await readdir(folder.path, { recursive: true })).toSorted()).toEqual(['a', 'b', 'b/c', 'b/d'])
  })

  it('rejects where one cannot be written, once the others are done, and leaves nothing half-written', async () => {
    const bytes = Buffer.from('x')
    const paths = ['missing/a', 'b', 'c'].map((name) => join(folder.path, name))
    await expect(writeFilesDurably(paths.map((path) => ({ path, bytes })))).rejects.toMatchObject({ code: 'ENOENT' })
    expect((await readdir(folder.path)).toSorted()).toEqual(['b', 'c'])
  })
})
