import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { inWorkFolder } from '../../../src/adapters/rendering/work-folder.ts'
import { bundle, temporaryFolder } from '../child.ts'

let folder: Awaited<ReturnType<typeof temporaryFolder>>
let script: string
beforeAll(async () => {
  folder = await temporaryFolder()
  script = await bundle(join(import.meta.dirname, 'work-folder-child.ts'), folder.path)
})
afterAll(() => folder.remove())

test('the folder is gone when the work is done, or fails', async () => {
  const used: string[] = []
  expect(await inWorkFolder(async (path) => used.push(path))).toBe(1)
  await expect(inWorkFolder(async (path) => Promise.reject(new Error(String(used.push(path)))))).rejects.toThrow('2')
  expect(used.filter((path) => existsSync(path))).toEqual([])
})

test.each(['exit', 'SIGINT', 'SIGTERM', 'SIGHUP'])('and where the process is ended in the middle: %s', async (how) => {
  const us = spawn(process.execPath, [script, how], { stdio: ['ignore', 'pipe', 'ignore'], env: { ...process.env, TMPDIR: folder.path } })
  const chunks: Buffer[] = []
  us.stdout.on('data', (chunk: Buffer) => chunks.push(chunk))
  const [, signal] = await new Promise<readonly unknown[]>((resolve) => us.once('close', (...ended) => resolve(ended)))
  expect(signal).toBe(how === 'exit' ? null : how)
  const path = Buffer.concat(chunks).toString('utf8')
  expect(path).toContain('jmc-render-')
  expect(existsSync(path)).toBe(false)
})
