import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { cached } from './tools/cached.ts'

let cache: string
beforeEach(async () => void (cache = await mkdtemp(join(tmpdir(), 'jmc-cache-'))))
afterEach(() => rm(cache, { recursive: true }))

const parts = async (): Promise<readonly string[]> => (await readdir(cache)).filter((name) => !name.endsWith('.lock'))

it('is made once, however many ask at the same time', async () => {
  let made = 0
  const make = async (folder: string): Promise<void> => {
    made++
    await writeFile(join(folder, 'program'), 'whole')
  }
  const folders = await Promise.all([1, 2, 3, 4].map(() => cached('part-1', make, cache)))
  expect(made).toBe(1)
  expect(new Set(folders)).toEqual(new Set([join(cache, 'part-1')]))
  expect(await readFile(join(cache, 'part-1', 'program'), 'utf8')).toBe('whole')
})

it('is never half made: neither after a failure, nor by what a killed builder left', async () => {
  const broken = async (folder: string): Promise<void> => {
    await writeFile(join(folder, 'program'), 'half')
    throw new Error('no space left')
  }
  await expect(cached('part-1', broken, cache)).rejects.toThrow('no space left')
  expect(await parts()).toEqual([])
  await mkdir(join(cache, 'part-1.making-killed'))
  await cached('part-1', (folder) => writeFile(join(folder, 'program'), 'whole'), cache)
  expect(await parts()).toEqual(['part-1'])
})
