import { describe, expect, test } from 'vitest'
import { runProcess } from '../../../src/adapters/ssh/process-runner.ts'

const sh = (script: string, options: Partial<Parameters<typeof runProcess>[2]> = {}) =>
  runProcess('sh', ['-c', script], { timeoutMs: 10_000, ...options })

function endIfAlive(pid: number): void {
  expect(pid).toBeGreaterThan(1)
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It is gone.
  }
}

describe('a program run to its end', () => {
  test('any exit code is a result, with all that it said', async () => {
    expect(await sh('echo out; echo err >&2; exit 3')).toEqual({
      exitCode: 3,
      stdout: Buffer.from('out\n'),
      stderr: 'err\n',
      timedOut: false,
    })
  })

  test('bytes go in and come out as they are; without them there is nothing to read', async () => {
    const bytes = Buffer.from(Array.from({ length: 200_000 }, (_, index) => index % 256))
    expect((await sh('cat', { stdin: bytes })).stdout.equals(bytes)).toBe(true)
    expect((await sh('cat')).stdout).toHaveLength(0)
  })

  test('one that does not read what it is given may end all the same', async () => {
    expect(await sh('exit 4', { stdin: Buffer.alloc(1_000_000) })).toMatchObject({ exitCode: 4 })
  })

  test('is ended when its time is over, also where it does not listen', async () => {
    expect(await sh('exec sleep 60', { timeoutMs: 100 })).toMatchObject({ exitCode: -1, timedOut: true })
    expect(await sh("trap '' TERM; exec sleep 60", { timeoutMs: 100 })).toMatchObject({ exitCode: -1, timedOut: true })
  })

  test.each([
    ['that is told to end too', 'sleep 60 & echo $!'],
    ['that does not listen', 'sh -c \'trap "" TERM; sleep 60; sleep 60\' & echo $!'],
    ['that belongs to it no more', 'setsid sleep 60 & echo $!'],
    ['that outlives it', 'sleep 60 & echo $!; exit 0'],
  ])(
    'its time-out ends the wait also where it started something %s',
    async (_what, script) => {
      const { timedOut, stdout } = await sh(`${script}; exec sleep 60`, { timeoutMs: 500 })
      expect(timedOut).toBe(true)
      endIfAlive(Number(stdout.toString('utf8')))
    },
    10_000,
  )

  test('a Ctrl-C is not for it: it leads a group of its own', async () => {
    const { stdout } = await sh('ps -o pgid= -p $$; echo $$')
    const [group, pid] = stdout.toString('utf8').trim().split(/\s+/)
    expect(group).toBe(pid)
  })

  test('is ended by the signal, and not begun after it', async () => {
    const now = new AbortController()
    const asked = sh('exec sleep 60', { signal: now.signal })
    now.abort()
    expect(await asked).toMatchObject({ exitCode: -1, timedOut: false })
    expect(await sh('echo out', { signal: now.signal })).toMatchObject({ exitCode: -1, stdout: Buffer.alloc(0) })
  })

  test('one that says more than any answer has is ended', async () => {
    const { exitCode, stdout } = await sh('exec cat /dev/zero')
    expect(exitCode).toBe(-1)
    expect(stdout.length).toBeLessThanOrEqual(20 * 1024 * 1024)
  })

  test('rejects where it cannot be started', async () => {
    await expect(runProcess('no-such-program-here', [], { timeoutMs: 1_000 })).rejects.toThrow(/ENOENT/)
  })
})
