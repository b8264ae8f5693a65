import { readFile } from 'node:fs/promises'
import { afterEach, describe, expect, it } from 'vitest'

import type { ProcessIdentity } from '../../../src/adapters/journal/process-identity.ts'
import { identify, liveness } from '../../../src/adapters/journal/process-identity.ts'
import type { Child } from '../child.ts'
import { run } from '../child.ts'

const children: Child[] = []
afterEach(async () => {
  for (const child of children.splice(0)) {
    child.process.kill('SIGKILL')
    await child.ended
  }
})

function start(command: readonly [string, ...string[]]): Child {
  const child = run(command)
  children.push(child)
  return child
}

async function known(pid: number): Promise<ProcessIdentity> {
  const identity = await identify(pid)
  if (identity === undefined) throw new Error(`there is no process ${pid}`)
  return identity
}

describe('process identity', () => {
  it('is the same each time, and another for another process', async () => {
    const [own, again, parent] = await Promise.all([known(process.pid), known(process.pid), known(process.ppid)])
    expect(own).toEqual(again)
    expect([own.pid, own.startTime === parent.startTime]).toEqual([process.pid, false])
    expect(await liveness(own, own)).toBe('alive')
  })

  it('another boot is the end of it on this machine only: a machine of the same name may still be at work', async () => {
    const machine = { machineId: 'a'.repeat(32) }
    const own = { ...(await known(process.pid)), ...machine }
    const before = { ...own, bootId: 'another boot' }
    const { machineId: _, ...unsaid } = before
    expect(await liveness(before, own)).toBe('gone')
    expect(await liveness({ ...before, machineId: 'b'.repeat(32) }, own)).toBe('unseen')
    expect(await liveness(unsaid, own)).toBe('unseen')
    expect(await liveness(unsaid, unsaid)).toBe('alive')
    expect(await liveness({ ...unsaid, bootId: 'a third' }, unsaid)).toBe('unseen')
    // A lock file that says nothing of the machine, of this boot: there is only one machine that has it.
    expect(await liveness({ ...unsaid, ...(own.bootId !== undefined && { bootId: own.bootId }) }, own)).toBe('alive')
  })

  it('is none where no process has the pid', async () => {
    expect(await identify(2 ** 30)).toBeUndefined()
  })

  it('does not stumble over a blank or a parenthesis in the name of the program', async () => {
    const child = start([process.execPath, '-e', "process.title = 'a) S 1 (b'; console.log('ready'); setInterval(() => {}, 1000)"])
    await child.lines.next()
    const identity = await known(child.process.pid ?? 0)
    expect(identity.startTime).toMatch(process.platform === 'linux' ? /^\d{3,}$/ : /\d{4}/)
    child.process.kill('SIGKILL')
    await child.ended
    expect(await liveness(identity, await known(process.pid))).toBe('gone')
  })

  it.runIf(process.platform === 'linux')('counts a zombie as gone: whoever started it may never ask for its end', async () => {
    const parent = start(['sh', '-c', 'sleep 60 & echo $!; exec sleep 60'])
    const pid = Number((await parent.lines.next()).value)
    const [identity, own] = await Promise.all([known(pid), known(process.pid)])
    expect(await liveness(identity, own)).toBe('alive')
    process.kill(pid, 'SIGKILL')
    await expect.poll(() => liveness(identity, own)).toBe('gone')
    expect(await readFile(`/proc/${pid}/stat`, 'utf8')).toContain(') Z ')
  })
})
