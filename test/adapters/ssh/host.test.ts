import { describe, expect, it } from 'vitest'
import { createHost } from '../../../src/adapters/ssh/host.ts'
import type { ProcessResult, ProcessRunner } from '../../../src/adapters/ssh/process-runner.ts'
import type { RemoteFile } from '../../../src/domain/ports/host.ts'
import { ProblemError } from '../../../src/domain/problem.ts'
import type { Problem } from '../../../src/domain/problem.ts'
import { decodeCommand } from '../../../src/lab/host/command.ts'

const LIVE = '/mnt/traefik/dynamic_conf.yml'
const FILE: RemoteFile = {
  path: LIVE,
  resolvedPath: LIVE,
  bytes: Buffer.from('a'),
  sha256: 'aa',
  mode: '0644',
  owner: 'root:root',
  isMountPoint: false,
  writable: true,
}

const says =
  (result: Partial<ProcessResult>): ProcessRunner =>
  async () => ({ exitCode: 0, stdout: Buffer.alloc(0), stderr: '', timedOut: false, ...result })
/** A host whose scripts answer with this line. */
const answers =
  (line: string): ProcessRunner =>
  async (_file, args) => {
    const nonce = decodeCommand(args.at(-1) ?? '')?.nonce ?? ''
    return {
      exitCode: 0,
      stdout: Buffer.from(`\n${nonce} begin\n\n${nonce}\t${line.replaceAll('|', '\t')}\n`),
      stderr: '',
      timedOut: false,
    }
  }
const host = (run: ProcessRunner) => createHost({ name: 'hestia', ssh: 'deploy@192.168.1.5', run })
const problemOf = async (promise: Promise<unknown>): Promise<Problem> => {
  const error: unknown = await promise.then(
    (value) => new Error(`no problem: ${JSON.stringify(value)}`),
    (thrown: unknown) => thrown,
  )
  if (error instanceof ProblemError) return error.problem
  throw error
}
const write = (run: ProcessRunner) => problemOf(host(run).replaceFile(FILE, Buffer.from('b'), 'exchange'))

const CHANGED_KEY = '@@@@@@@@@\n@    WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!     @\n@@@@@@@@@\nHost key verification failed.\n'

describe('a connection that never came to be', () => {
  it.each([
    ['ssh-refused', 'ssh: connect to host 192.168.1.5 port 22: Connection refused\r\n'],
    ['ssh-timed-out', 'ssh: connect to host 192.168.1.5 port 22: Connection timed out\r\n'],
    ['ssh-unreachable', 'ssh: connect to host 192.168.1.5 port 22: No route to host\r\n'],
    ['ssh-name-unknown', 'ssh: Could not resolve hostname hestia: Name or service not known\r\n'],
    ['ssh-host-key-changed', CHANGED_KEY],
    [
      'ssh-host-key-unknown',
      'No ED25519 host key is known for 192.168.1.5 and you have requested strict checking.\r\nHost key verification failed.\r\n',
    ],
    ['ssh-permission-denied', 'deploy@192.168.1.5: Permission denied (publickey,password).\r\n'],
    ['ssh-no-handshake', 'kex_exchange_identification: Connection closed by remote host\r\n'],
    [
      'ssh-config-invalid',
      '/home/me/.ssh/config: line 3: Bad configuration option: hots\r\n/home/me/.ssh/config: terminating, 1 bad configuration options\r\n',
    ],
  ])('is %s, and nothing was sent', async (code, stderr) => {
    const problem = await write(says({ exitCode: 255, stderr }))
    expect(problem).toMatchObject({ code, effect: 'no', attempted: `write ${LIVE} on hestia` })
    expect(problem.next.length).toBeGreaterThan(0)
    expect(JSON.stringify(problem.next)).not.toMatch(/ssh-keygen -R|StrictHostKeyChecking|rm /)
  })

  it('is told from a missing ssh', async () => {
    const missing: ProcessRunner = () => Promise.reject(new Error('spawn ssh ENOENT'))
    expect(await write(missing)).toMatchObject({ code: 'ssh-client-missing', effect: 'no', cause: 'spawn ssh ENOENT' })
  })
})

describe('a connection that ended without an answer', () => {
  it('leaves it open whether a write happened, and says that a read changed nothing', async () => {
    for (const result of [
      { exitCode: 255 },
      { exitCode: 255, stderr: 'client_loop: send disconnect: Broken pipe\n' },
      { exitCode: -1, timedOut: true },
      { exitCode: 137 },
    ]) {
      expect(await write(says(result))).toMatchObject({ effect: 'unknown' })
      expect(await problemOf(host(says(result)).readFile(LIVE))).toMatchObject({ effect: 'no' })
    }
  })

  it('does not believe words that the host itself may have said', async () => {
    const stderr = 'cat: Permission denied (publickey).x\nproxy says: ssh: connect to host a port 22: Connection refused\n'
    expect(await write(says({ exitCode: 255, stderr }))).toMatchObject({ code: 'ssh-connection-lost', effect: 'unknown' })
    const login = 'Authenticated to hestia ([192.168.1.5]:22) using "publickey".\ngit@example.org: Permission denied (publickey).\n'
    expect(await write(says({ exitCode: 255, stderr: login }))).toMatchObject({
      code: 'ssh-connection-lost',
      effect: 'unknown',
      details: ['git@example.org: Permission denied (publickey).'],
    })
    expect(await write(says({ exitCode: 1, stderr: 'ssh: connect to host a port 22: Connection refused\n' }))).toMatchObject({
      code: 'ssh-answer-missing',
      effect: 'unknown',
    })
  })

  it('believes the answer before the exit code', async () => {
    const lost: ProcessRunner = async (...all) => ({ ...(await answers('replaced|by=rename')(...all)), exitCode: 255 })
    expect(await host(lost).replaceFile(FILE, Buffer.from('b'), 'exchange')).toMatchObject({ outcome: 'replaced', by: 'checked-rename' })
  })
})

describe('sudo', () => {
  it.each([
    ['sudo-password-needed', 1, 'sudo: a password is required\n'],
    ['sudo-password-needed', 1, 'sudo: sorry, you must have a tty to run sudo\n'],
    ['sudo-refused', 1, "Sorry, user deploy is not allowed to execute '/bin/sh -c' as root on hestia.\n"],
    ['sudo-refused', 1, 'deploy is not in the sudoers file.\n'],
    ['sudo-missing', 127, 'bash: line 1: sudo: command not found\n'],
    ['sudo-missing', 127, 'sh: 1: sudo: not found\n'],
  ])('%s (%i): %s', async (code, exitCode, stderr) => {
    expect(await write(says({ exitCode, stderr }))).toMatchObject({ code, effect: 'no' })
  })
})

describe('what a script answers', () => {
  it.each([
    ['missing|path=/mnt/x', 'remote-file-missing'],
    ['not-a-file|type=directory', 'remote-file-not-regular'],
    ['not-readable', 'remote-file-unreadable'],
    ['not-reachable|detail=ls: Permission denied', 'remote-folder-unreachable'],
    ['not-writable|detail=sh: cannot create x: Permission denied', 'remote-file-not-writable'],
    ['not-writable|detail=sh: cannot create x: Read-only file system', 'remote-read-only'],
    ['write-refused|detail=sh: cannot create x: Permission denied', 'remote-folder-not-writable'],
    ['write-refused|detail=cat: write error: No space left on device', 'remote-no-space'],
    ['write-refused|detail=cat: write error: Disk quota exceeded', 'remote-no-space'],
    ['write-refused|detail=Device or resource busy', 'remote-file-is-mount-point'],
    ['write-refused|detail=Operation not permitted', 'remote-file-immutable'],
    ['access-not-kept|detail=chown: Operation not permitted', 'remote-access-not-kept'],
    ['missing-tool|tool=sha256sum', 'remote-tool-missing'],
    ['locked', 'remote-file-locked'],
    ['too-late', 'remote-write-too-late'],
    ['torn-input', 'remote-input-torn'],
    ['busy', 'remote-file-busy'],
  ])('%s', async (line, code) => {
    const problem = await write(answers(line))
    expect(problem).toMatchObject({ code, effect: 'no' })
    expect(problem.summary).toMatch(/hestia|dynamic_conf/)
    expect(problem.next.length).toBeGreaterThan(0)
  })

  it('is doubted where it has to be', async () => {
    expect(await write(answers('half-done|detail=no space'))).toMatchObject({ code: 'remote-write-half-done', effect: 'unknown' })
    expect(await write(answers('banana'))).toMatchObject({ code: 'remote-answer-unknown', effect: 'unknown' })
  })

  it('names the file in which an edit of someone else is kept', async () => {
    expect(await host(answers('changed|found=bb|kept=/mnt/kept')).replaceFile(FILE, Buffer.from('b'), 'exchange')).toEqual({
      outcome: 'changed-meanwhile',
      found: 'bb',
      kept: '/mnt/kept',
    })
    expect((await write(answers('busy|kept=/mnt/kept'))).details).toEqual(['an edit of someone else is kept in /mnt/kept'])
  })

  it('is not believed where the bytes that came are not those that were hashed', async () => {
    expect(await problemOf(host(answers(`ok|sha=${'0'.repeat(64)}`)).readFile(LIVE))).toMatchObject({
      code: 'remote-file-restless',
      effect: 'no',
    })
  })

  it('is not asked for a path that no line can carry', async () => {
    const never: ProcessRunner = () => Promise.reject(new Error('asked'))
    for (const path of ['dynamic_conf.yml', '/mnt/a\nb', '/mnt/a\tb'])
      expect(await problemOf(host(never).readFile(path))).toMatchObject({ code: 'remote-path-invalid' })
    expect(await problemOf(host(never).replaceFile({ ...FILE, isMountPoint: true }, Buffer.from('b'), 'exchange'))).toMatchObject({
      code: 'remote-file-is-mount-point',
    })
  })
})

describe('an answer that nobody wants any more', () => {
  it.each([
    ['over a shared connection', { hold: async () => ({ alive: () => true, ask: async () => undefined, end: async () => undefined }) }],
    ['over its own', {}],
  ])('is not asked for again, and is told as what was asked for: %s', async (_how, options) => {
    const now = new AbortController()
    let asked = 0
    const run: ProcessRunner = async () => {
      asked += 1
      now.abort(new Error('enough'))
      return { exitCode: -1, stdout: Buffer.alloc(0), stderr: '', timedOut: false }
    }
    const stopped = createHost({ name: 'hestia', ssh: 'deploy@192.168.1.5', run, signal: now.signal, ...options })
    await expect(stopped.readFile(LIVE)).rejects.toThrow('enough')
    expect(asked).toBe(1)
    await stopped.close()
  })

  it('is not waited for where the process that holds the connection owes it', async () => {
    const now = new AbortController()
    const ask = (): Promise<never> => {
      now.abort(new Error('enough'))
      return new Promise(() => {})
    }
    const hold = async () => ({ alive: () => true, ask, end: async () => undefined })
    const run = (): Promise<never> => Promise.reject(new Error('no ssh is started'))
    const stopped = createHost({ name: 'hestia', ssh: 'deploy@192.168.1.5', run, hold, signal: now.signal })
    await expect(stopped.readFile(LIVE)).rejects.toThrow('enough')
    await stopped.close()
  })
})
