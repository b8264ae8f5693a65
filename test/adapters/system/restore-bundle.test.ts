import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { createRestoreBundle } from '../../../src/adapters/system/restore-bundle.ts'
import type { RestoreFile } from '../../../src/domain/step-kind.ts'
import { temporaryFolder } from '../child.ts'

let folder: Awaited<ReturnType<typeof temporaryFolder>>
let directory: string
beforeEach(async () => {
  folder = await temporaryFolder()
  directory = join(folder.path, 'state', 'restore')
})
afterEach(() => folder.remove())

const files: readonly RestoreFile[] = [
  { path: 'nomad/job.json', bytes: Buffer.from('{"Job":{}}'), use: 'nomad job run -json nomad/job.json' },
  { path: 'edge/dynamic_conf.yml', bytes: Buffer.from([0, 255, 10]), use: "the edge's file as it was before" },
]

describe('restore bundle', () => {
  it('holds each file and says how to use it', async () => {
    const written = await createRestoreBundle(directory).write(files)
    expect(written.path).toBe(directory)
    for (const file of files) {
      expect(Uint8Array.from(await readFile(join(directory, file.path)))).toEqual(Uint8Array.from(file.bytes))
      expect((await stat(join(directory, file.path))).mode & 0o777).toBe(0o600)
    }
    expect((await stat(directory)).mode & 0o777).toBe(0o700)
    const readme = await readFile(join(directory, 'README.md'), 'utf8')
    expect(readme).toContain('- `nomad/job.json`: nomad job run -json nomad/job.json')
    expect(readme).toContain("- `edge/dynamic_conf.yml`: the edge's file as it was before")
    expect((await readdir(directory)).toSorted()).toEqual(['README.md', 'edge', 'nomad'])
  })

  it('has one digest for one content, whatever the order, and another for any other', async () => {
    const bundle = createRestoreBundle(directory)
    const first = await bundle.write(files)
    expect(first.sha256).toMatch(/^[0-9a-f]{64}$/)
    expect(await bundle.write(files)).toEqual(first)
    const changed = await bundle.write([
      { path: 'nomad/job.json', bytes: Buffer.from('{"Job":1}'), use: 'nomad job run -json nomad/job.json' },
      ...files.slice(1),
    ])
    expect(changed.sha256).not.toBe(first.sha256)
    expect(await readFile(join(directory, 'nomad/job.json'), 'utf8')).toBe('{"Job":1}')
  })

  it.each(['../out', '/etc/passwd', 'a/../../b', '', 'a//b', 'readme.md'])(
    'refuses the name %j before anything is written',
    async (path) => {
      await expect(createRestoreBundle(directory).write([{ path, bytes: Buffer.from('x'), use: 'x' }])).rejects.toMatchObject({
        problem: { code: 'bundle-path' },
      })
      expect(await readdir(folder.path)).toEqual([])
    },
  )

  it('is no bundle when a file comes back different, cut or not at all', async () => {
    const damaged = (damage: (bytes: Buffer) => Uint8Array) =>
      createRestoreBundle(directory, async (path) => (path.endsWith('.json') ? damage(await readFile(path)) : readFile(path)))
    for (const damage of [(bytes: Buffer) => bytes.subarray(1), (bytes: Buffer) => Buffer.from(bytes).fill(0)]) {
      await expect(damaged(damage).write(files)).rejects.toMatchObject({
        problem: { code: 'bundle-damaged', summary: expect.stringContaining('job.json') },
      })
    }
    const gone = createRestoreBundle(directory, (path) => readFile(`${path}.gone`))
    await expect(gone.write(files)).rejects.toMatchObject({ problem: { code: 'no-such-file' } })
  })
})
