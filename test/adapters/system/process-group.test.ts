import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { signalGroup } from '../../../src/adapters/system/process-group.ts'
import { bundle, temporaryFolder } from '../child.ts'

let folder: Awaited<ReturnType<typeof temporaryFolder>>
let script: string
beforeAll(async () => {
  folder = await temporaryFolder()
  script = await bundle(join(import.meta.dirname, 'process-group-child.ts'), folder.path)
})
afterAll(() => folder.remove())

function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

test.each(['exit', 'throw', 'SIGINT', 'SIGTERM', 'SIGHUP'])('a group of its own ends with us, all of it, also on %s', async (how) => {
  const us = spawn(process.execPath, [script, how], { stdio: ['ignore', 'pipe', 'ignore'] })
  const chunks: Buffer[] = []
  us.stdout.on('data', (chunk: Buffer) => chunks.push(chunk))
  const [, signal] = await new Promise<readonly unknown[]>((resolve) => us.once('close', (...ended) => resolve(ended)))
  expect(signal).toBe(how.startsWith('SIG') ? how : null)
  const pids = Buffer.concat(chunks).toString('utf8').trim().split(/\s+/).map(Number)
  expect(pids).toHaveLength(2)
  await expect.poll(() => pids.filter(isThere), { timeout: 5_000 }).toEqual([])
})

test('a group that is gone, or never was, needs no signal', () => {
  expect(() => signalGroup({ pid: undefined }, 'SIGTERM')).not.toThrow()
  expect(() => signalGroup({ pid: 2 ** 30 }, 'SIGTERM')).not.toThrow()
})
