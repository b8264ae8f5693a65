import { describe, expect, it } from 'vitest'

import { onDisk } from '../../../src/adapters/system/disk-problem.ts'

const systemError = (code: string): Error => Object.assign(new Error(code), { code, syscall: 'write', errno: -1 })

describe('onDisk', () => {
  it.each([
    ['ENOSPC', 'disk-full'],
    ['EDQUOT', 'disk-full'],
    ['EROFS', 'disk-read-only'],
    ['EACCES', 'not-permitted'],
    ['EIO', 'disk-error'],
    ['EUNHEARDOF', 'disk-error'],
  ])('makes %s the problem %s, with the path and what was attempted', async (errno, code) => {
    await expect(onDisk('write the journal', '/state/journal.jsonl', () => Promise.reject(systemError(errno)))).rejects.toMatchObject({
      problem: {
        code,
        attempted: 'write the journal',
        effect: 'no',
        summary: expect.stringContaining(`(${errno}: /state/journal.jsonl)`),
      },
    })
  })

  it('says that the effect is unknown only where that is said: these files are written before anything is done to the targets', async () => {
    const failing = onDisk('write the journal', '/x', () => Promise.reject(systemError('ENOSPC')), 'unknown')
    await expect(failing).rejects.toMatchObject({ problem: { effect: 'unknown' } })
  })

  it('hands on what is no failure of the system: a bug stays a bug', async () => {
    const bug = new TypeError('x is not a function')
    await expect(onDisk('write', '/x', () => Promise.reject(bug))).rejects.toBe(bug)
  })
})
