import { mkdir, mkdtemp, readFile, readdir, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createHost } from '../../../src/adapters/ssh/host.ts'
import { holdProcess, NotHeld } from '../../../src/adapters/ssh/held-process.ts'
import type { HostPort } from '../../../src/domain/ports/host.ts'
import { startLabHost } from '../../../src/lab/host/index.ts'
import type { LabHost } from '../../../src/lab/host/index.ts'

let directory: string
let sockets: string
let lab: LabHost
let host: HostPort

beforeEach(async () => {
  directory = await realpath(await mkdtemp(join(tmpdir(), 'jmc-lab-')))
  sockets = await realpath(await mkdtemp(join(tmpdir(), 'jmc-so-')))
  await mkdir(join(directory, 'mnt'))
  await writeFile(join(directory, 'mnt/f.yml'), 'http: {}\n')
  lab = await startLabHost({ directory })
  host = createHost({ name: 'hestia', ssh: 'hestia', sshConfig: lab.sshConfig, temporaryDirectory: sockets })
})
afterEach(async () => {
  await host.close()
  await lab.close()
  await rm(directory, { recursive: true, force: true })
  await rm(sockets, { recursive: true, force: true })
})

/** The pid of the ssh that holds the shared connection, once it is there. */
async function master(): Promise<number> {
  let pid: number | undefined
  await expect
    .poll(
      async () => {
        await host.hashFile('/mnt/f.yml')
        const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
        const lines = await Promise.all(pids.map((each) => readFile(`/proc/${each}/cmdline`, 'utf8').catch(() => '')))
        const [work] = await readdir(sockets)
        const found = pids.find(
          (_, index) => lines[index]?.startsWith('ssh\0') && lines[index]?.includes(sockets) && lines[index]?.includes('ControlMaster=yes'),
        )
        const names = work === undefined ? [] : await readdir(join(sockets, work))
        pid = found !== undefined && names.some((name) => !name.includes('.')) ? Number(found) : undefined
        return pid
      },
      { timeout: 15_000 },
    )
    .toBeDefined()
  return pid ?? -1
}

const state = async (pid: number): Promise<string> =>
  (await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => 'gone')).replace(/^.*\) (\w).*$/s, '$1')

describe.runIf(process.platform === 'linux')('the shared connection', () => {
  it('is gone after close', async () => {
    const pid = await master()
    await host.close()
    expect(await state(pid)).toBe('gone')
    expect(await readdir(sockets)).toEqual([])
  })

  it('does not matter when it is killed', async () => {
    process.kill(await master(), 'SIGKILL')
    expect(await host.hashFile('/mnt/f.yml')).toMatch(/^[0-9a-f]{64}$/)
  })

  it('does not matter when it freezes: it is ended and commands go directly', async () => {
    const pid = await master()
    process.kill(pid, 'SIGSTOP')
    const file = await host.readFile('/mnt/f.yml')
    expect(await host.replaceFile(file, Buffer.from('http: 1\n'), 'exchange')).toMatchObject({ outcome: 'replaced' })
    expect(await state(pid)).toBe('gone')
  })
})

describe('holding a process', () => {
  it('tells one that ended from one that is silent, and from none at all', async () => {
    const hold = (file: string, ...args: string[]) =>
      holdProcess(file, args, { ready: 'ready', timeoutMs: 300 }).catch((error: unknown) => error)
    expect(await hold('sh', '-c', 'echo no >&2; exit 7')).toMatchObject({
      name: 'NotHeld',
      result: { exitCode: 7, stderr: 'no\n', timedOut: false },
    })
    const silent = await hold('sleep', '60')
    expect(silent instanceof NotHeld && silent.result.timedOut).toBe(true)
    expect(await hold('/no/such/program')).toMatchObject({ code: 'ENOENT' })
  })
})
