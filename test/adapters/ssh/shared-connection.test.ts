import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { mkdir, mkdtemp, readFile, readdir, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { createHost } from '../../../src/adapters/ssh/host.ts'
import { holdProcess, NotHeld } from '../../../src/adapters/ssh/held-process.ts'
import type { ProcessHolder } from '../../../src/adapters/ssh/held-process.ts'
import { runProcess } from '../../../src/adapters/ssh/process-runner.ts'
import type { ProcessRunner } from '../../../src/adapters/ssh/process-runner.ts'
import { HOLD_AND_READ } from '../../../src/adapters/ssh/scripts/index.ts'
import { createVisitor } from '../../../src/adapters/http/visitor.ts'
import type { HostPort } from '../../../src/domain/ports/host.ts'
import { ProblemError } from '../../../src/domain/problem.ts'
import { startLabHost } from '../../../src/lab/host/index.ts'
import type { LabHost } from '../../../src/lab/host/index.ts'

let directory: string
let sockets: string
let lab: LabHost
let host: HostPort
/** What ssh was started for, in order. */
let started: string[]
/** Answers in the place of the shared connection's ssh, where a test says so. */
let instead: ProcessHolder | undefined

const API = { host: '127.0.0.1', port: 8080 }
const api = createServer((_, response) => response.end('the API'))

/** One word for each ssh: a login is what has no connection of somebody else to go over. */
function purpose(args: readonly string[]): string {
  const control = args[args.indexOf('-O') + 1]
  if (args.includes('-O')) return control ?? ''
  if (args.includes('ControlMaster=yes')) return 'shared login'
  return args.includes('ControlPath=none') ? 'login' : 'command'
}

beforeAll(() => new Promise<void>((resolve) => void api.listen(0, '127.0.0.1', resolve)))
afterAll(() => void api.close())
beforeEach(async () => {
  directory = await realpath(await mkdtemp(join(tmpdir(), 'jmc-lab-')))
  sockets = await realpath(await mkdtemp(join(tmpdir(), 'jmc-so-')))
  await mkdir(join(directory, 'mnt'))
  await writeFile(join(directory, 'mnt/f.yml'), 'http: {}\n')
  const { port } = api.address() as AddressInfo
  lab = await startLabHost({ directory, forward: () => ({ port }) })
  started = []
  instead = undefined
  host = createHost({
    name: 'hestia',
    ssh: 'hestia',
    sshConfig: lab.sshConfig,
    temporaryDirectory: sockets,
    run: (file, args, options) => {
      started.push(purpose(args))
      return runProcess(file, args, options)
    },
    hold: (file, args, options) => {
      started.push(purpose(args))
      return (purpose(args) === 'shared login' ? (instead ?? holdProcess) : holdProcess)(file, args, options)
    },
  })
})
afterEach(async () => {
  await host.close()
  await lab.close()
  await rm(directory, { recursive: true, force: true })
  await rm(sockets, { recursive: true, force: true })
})

/** The pid of the ssh that holds the shared connection. */
async function master(): Promise<number> {
  await host.hashFile('/mnt/f.yml')
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  const lines = await Promise.all(pids.map((each) => readFile(`/proc/${each}/cmdline`, 'utf8').catch(() => '')))
  const found = pids.find(
    (_, index) => lines[index]?.startsWith('ssh\0') && lines[index]?.includes(sockets) && lines[index]?.includes('ControlMaster=yes'),
  )
  expect(found).toBeDefined()
  return Number(found)
}

const askApi = async (): Promise<unknown> => {
  const { socketPath } = await host.tunnel(API)
  const exchange = await createVisitor().ask({ url: 'http://127.0.0.1:8080/', socketPath })
  return exchange.ok ? exchange.body : exchange.failure
}
const logins = (): number => started.filter((each) => each.endsWith('login')).length

const state = async (pid: number): Promise<string> =>
  (await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => 'gone')).replace(/^.*\) (\w).*$/s, '$1')

describe.runIf(process.platform === 'linux')('one login', () => {
  it('is enough for reads that begin at once, tunnels and a write, and only the write asks first whether it still works', async () => {
    const [file, , answer] = await Promise.all([host.readFile('/mnt/f.yml'), host.hashFile('/mnt/f.yml'), askApi()])
    expect(answer).toBe('the API')
    await host.tunnel({ host: '127.0.0.1', port: 9090 })
    expect(logins()).toBe(1)
    expect(started).not.toContain('check')
    expect(await host.replaceFile(file, Buffer.from('http: 1\n'), 'exchange')).toMatchObject({ outcome: 'replaced' })
    expect(started.slice(-2)).toEqual(['check', 'command'])
    expect(logins()).toBe(1)
  })

  it('answers all that only reads, without a process of ssh for each', async () => {
    const bytes = Buffer.from(`a: "\\t \\n 'é'"\n${'x'.repeat(200_000)}`)
    const path = "/mnt/it's the  été \\ file.yml"
    await writeFile(join(directory, path), bytes)
    const [{ bytes: read, sha256 }, hash, other] = await Promise.all([
      host.readFile(path),
      host.hashFile(path),
      host.hashFile('/mnt/f.yml'),
    ])
    expect([bytes.equals(read), hash === sha256, other === sha256]).toEqual([true, true, false])
    const missing = await host.readFile('/mnt/none.yml').catch((error: unknown) => error instanceof ProblemError && error.problem.code)
    expect(missing).toBe('remote-file-missing')
    expect(started).toEqual(['shared login'])
  })

  it('that answers no reads is used by commands all the same', async () => {
    // As where sudo refuses: the script never spoke.
    instead = async (file, args, options) => ({
      ...(await holdProcess(file, args, options)),
      ask: async (_line, end) => Buffer.from(end),
    })
    expect(await host.hashFile('/mnt/f.yml')).toMatch(/^[0-9a-f]{64}$/)
    expect(started).toEqual(['shared login', 'command'])
  })

  it('is enough also where somebody asks again and again, and the tunnel is one', async () => {
    for (let turn = 0; turn < 4; turn++) expect(await askApi()).toBe('the API')
    expect(started).toEqual(['shared login', 'forward'])
  })

  it('is made anew when its connection was lost, by the next who needs it, also for tunnels', async () => {
    expect(await askApi()).toBe('the API')
    const pid = await master()
    process.kill(pid, 'SIGKILL')
    await expect.poll(() => state(pid)).toBe('gone')
    expect(await askApi()).toBe('the API')
    expect(await host.hashFile('/mnt/f.yml')).toMatch(/^[0-9a-f]{64}$/)
    expect(logins()).toBe(2)
  })

  it('is not a condition: where none can be kept, everybody has one of their own', async () => {
    instead = (_file, _args, { ready }) => holdProcess('sh', ['-c', 'exit 3'], { ready, timeoutMs: 5_000 })
    const file = await host.readFile('/mnt/f.yml')
    expect(await host.replaceFile(file, Buffer.from('http: 1\n'), 'exchange')).toMatchObject({ outcome: 'replaced' })
    expect(await askApi()).toBe('the API')
    expect(started).toEqual(['shared login', 'login', 'login', 'login'])
  })

  it('that hangs is waited for neither by who was told to stop, nor at the end', async () => {
    const now = new AbortController()
    let pid: number | undefined
    const hold: ProcessHolder = (_file, _args, options) =>
      holdProcess('sh', ['-c', `echo $$ >"${directory}/pid"; exec sleep 60`], { ...options, timeoutMs: 60_000 })
    const stopped = createHost({ name: 'hestia', ssh: 'hestia', temporaryDirectory: sockets, hold, run: runProcess, signal: now.signal })
    const asked = stopped.hashFile('/mnt/f.yml').catch((error: unknown) => error)
    await expect.poll(async () => (pid = Number(await readFile(join(directory, 'pid'), 'utf8').catch(() => '0')))).toBeGreaterThan(0)
    now.abort(new Error('now'))
    expect(await asked).toEqual(new Error('now'))
    await stopped.close()
    expect(await state(pid ?? -1)).toBe('gone')
  })

  it('that cannot be made is tried once by each who needs it, and says why', async () => {
    const refused = 'ssh: connect to host 192.168.1.5 port 22: Connection refused\r\n'
    instead = (_file, _args, { ready }) => holdProcess('sh', ['-c', `printf '${refused}' >&2; exit 255`], { ready, timeoutMs: 5_000 })
    const codes = [host.hashFile('/mnt/f.yml'), host.tunnel(API)].map((asked) =>
      asked.catch((error: unknown) => error instanceof ProblemError && [error.problem.code, error.problem.attempted, error.problem.effect]),
    )
    expect(await Promise.all(codes)).toEqual([
      ['ssh-refused', 'read /mnt/f.yml on hestia', 'no'],
      ['ssh-refused', 'reach 127.0.0.1:8080 on hestia', 'no'],
    ])
    expect(started).toEqual(['shared login'])
    // The host is back: nothing was given up.
    instead = undefined
    expect(await askApi()).toBe('the API')
    expect(started).toEqual(['shared login', 'shared login', 'forward'])
  })
})

describe('the script that holds a connection and answers what only reads', () => {
  it('answers each request by itself, whatever is in a name, and outlives the time that a login leaves to idle shells', async () => {
    const tag = 'first'
    const words = ['-c', HOLD_AND_READ, 'jmc-migrate', 'hold', tag, '', 'printf "%s|" "$@"; cat', 'printf "%s|" "$3"; exit 3']
    const held = await holdProcess('env', ['TMOUT=1', 'sh', ...words], { ready: `\n${tag}\theld\n`, timeoutMs: 5_000 })
    const ask = async (...request: string[]): Promise<string> => String(await held.ask(request.join('\t'), `\n${request[1]} end\n`))
    try {
      const name = "/mnt/it's  a \\ 'name'*$HOME"
      const [read, hash] = await Promise.all([ask('read-file', 'a', '15', '100', name), ask('hash-file', 'b', '15', name)])
      expect(read).toBe(`read-file|a|15|100|${name}|\na end\n`)
      expect(hash).toBe(`15|\nb end\n`)
      expect(await ask('replace-file', 'c', name)).toBe('\nc end\n')
    } finally {
      await held.end()
    }
    expect(HOLD_AND_READ).toContain('unset TMOUT')
  })

  it('that owes an answer is not waited for long, and not asked again', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    try {
      let owed = 0
      const ask = (): Promise<never> => {
        owed += 1
        return new Promise(() => {})
      }
      const hold: ProcessHolder = async () => ({ alive: () => true, ask, end: async () => undefined })
      const run: ProcessRunner = async (_file, args) => {
        const nonce = /hash-file ([0-9a-f]{24})/.exec(args.at(-1) ?? '')?.[1]
        return { exitCode: 0, stdout: Buffer.from(`\n${nonce}\tok\tsha=abc\n`), stderr: '', timedOut: false }
      }
      const other = createHost({ name: 'hestia', ssh: 'hestia', temporaryDirectory: sockets, hold, run })
      const first = other.hashFile('/mnt/f.yml')
      await vi.waitFor(() => expect(owed).toBe(1))
      await vi.advanceTimersByTimeAsync(20_000)
      expect([await first, await other.hashFile('/mnt/f.yml'), owed]).toEqual(['abc', 'abc', 1])
      await other.close()
    } finally {
      vi.useRealTimers()
    }
  })
})

describe.runIf(process.platform === 'linux')('a login that was begun before anybody asked', () => {
  const soon = (hold: ProcessHolder): HostPort =>
    createHost({
      name: 'hestia',
      ssh: 'hestia',
      sshConfig: lab.sshConfig,
      temporaryDirectory: sockets,
      soon: true,
      hold: (file, args, options) => {
        started.push(purpose(args))
        return hold(file, args, options)
      },
      run: runProcess,
    })

  it('is the one that all use', async () => {
    const early = soon(holdProcess)
    try {
      await expect.poll(() => started).toEqual(['shared login'])
      expect(await early.hashFile('/mnt/f.yml')).toMatch(/^[0-9a-f]{64}$/)
      expect(started).toEqual(['shared login'])
    } finally {
      await early.close()
    }
  })

  it('that failed is told to nobody but who asks, who tries again', async () => {
    let tries = 0
    const refused = 'ssh: connect to host 192.168.1.5 port 22: Connection refused\r\n'
    const early = soon((file, args, options) => {
      tries += 1
      return tries === 1
        ? holdProcess('sh', ['-c', `printf '${refused}' >&2; exit 255`], { ready: options.ready, timeoutMs: 5_000 })
        : holdProcess(file, args, options)
    })
    try {
      await expect.poll(() => tries).toBe(1)
      await expect.poll(() => early.hashFile('/mnt/f.yml').catch(() => 'refused')).toMatch(/^[0-9a-f]{64}$/)
    } finally {
      await early.close()
    }
  })

  it('and that nobody needed ends with the host', async () => {
    let pid: number | undefined
    const early = soon((_file, _args, options) =>
      holdProcess('sh', ['-c', `echo $$ >"${directory}/pid"; exec sleep 60`], { ...options, timeoutMs: 60_000 }),
    )
    await expect.poll(async () => (pid = Number(await readFile(join(directory, 'pid'), 'utf8').catch(() => '0')))).toBeGreaterThan(0)
    await early.close()
    expect(await state(pid ?? -1)).toBe('gone')
  })
})

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

  it('does not matter when it freezes: a read notices, it is ended, and commands and tunnels go directly', async () => {
    expect(await askApi()).toBe('the API')
    const pid = await master()
    process.kill(pid, 'SIGSTOP')
    const file = await host.readFile('/mnt/f.yml')
    expect(await askApi()).toBe('the API')
    expect(await host.replaceFile(file, Buffer.from('http: 1\n'), 'exchange')).toMatchObject({ outcome: 'replaced' })
    expect(await state(pid)).toBe('gone')
  })

  it('that freezes before a write carries nothing of it', async () => {
    const file = await host.readFile('/mnt/f.yml')
    const pid = await master()
    process.kill(pid, 'SIGSTOP')
    expect(await host.replaceFile(file, Buffer.from('http: 1\n'), 'exchange')).toMatchObject({ outcome: 'replaced' })
    expect(started.slice(-2)).toEqual(['check', 'login'])
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
