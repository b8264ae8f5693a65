import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { mkdir, mkdtemp, readFile, readdir, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { Client, request } from 'undici'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createHost } from '../../../src/adapters/ssh/host.ts'
import { runProcess } from '../../../src/adapters/ssh/process-runner.ts'
import type { HostPort } from '../../../src/domain/ports/host.ts'
import { ProblemError } from '../../../src/domain/problem.ts'
import { startSshd } from '../servers/sshd.ts'
import type { RealSshd } from '../servers/sshd.ts'
import { sshdBinary, title, whySkipped } from '../servers/tools.ts'

const skipped = await whySkipped(sshdBinary)
const codeOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'no problem',
    (error: unknown) => (error instanceof ProblemError ? error.problem.code : `not a problem: ${String(error)}`),
  )

/** Pids of ssh clients that name this path in their arguments. */
async function sshProcesses(path: string): Promise<number[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  const lines = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')))
  return pids.filter((_, index) => lines[index]?.startsWith('ssh\0') && lines[index]?.includes(path)).map(Number)
}

describe.skipIf(skipped !== undefined)(title('connections to a real sshd', skipped), () => {
  let sshd: RealSshd
  let host: HostPort
  let folder: string
  let live: string
  const TEXT = 'http:\n  routers: {}\n'

  beforeAll(async () => {
    sshd = await startSshd()
    host = createHost({ name: 'hestia', ssh: 'hestia', sshConfig: sshd.sshConfig })
  })
  afterAll(async () => {
    await host?.close()
    await sshd?.close()
  })
  beforeEach(async () => {
    folder = await realpath(await mkdtemp(join(tmpdir(), 'jmc edge-')))
    live = join(folder, 'dynamic_conf.yml')
    await writeFile(live, TEXT, { mode: 0o640 })
  })
  afterEach(() => rm(folder, { recursive: true, force: true }))

  it('tells every way of not getting in apart', async () => {
    const cases: readonly [string, Parameters<typeof createHost>[0]][] = [
      ['ssh-permission-denied', { name: 'hestia', ssh: 'hestia', sshConfig: sshd.wrongKey }],
      ['ssh-host-key-changed', { name: 'hestia', ssh: 'hestia', sshConfig: sshd.changedHostKey }],
      ['ssh-host-key-unknown', { name: 'hestia', ssh: 'hestia', sshConfig: sshd.unknownHostKey }],
      ['ssh-refused', { name: 'hestia', ssh: 'hestia', sshConfig: sshd.closedPort }],
      ['ssh-name-unknown', { name: 'hestia', ssh: 'no-such-host.invalid', sshConfig: '/dev/null' }],
      ['ssh-config-invalid', { name: 'hestia', ssh: 'hestia', sshConfig: join(folder, 'none') }],
    ]
    for (const [code, options] of cases) {
      const wrong = createHost(options)
      const error: unknown = await wrong
        .replaceFile({ ...(await host.readFile(live)) }, Buffer.from('x'), 'exchange')
        .catch((thrown: unknown) => thrown)
      expect(error instanceof ProblemError && error.problem).toMatchObject({ code, effect: 'no' })
      expect(error instanceof ProblemError && error.problem.next.join(' ')).not.toMatch(/ssh-keygen -R|StrictHostKeyChecking/)
      expect(await codeOf(wrong.tunnel({ host: '127.0.0.1', port: 1 }))).toBe(code)
      await wrong.close()
    }
    expect(await readFile(live, 'utf8')).toBe(TEXT)
  })

  it('leaves it open whether a write happened once ssh was in, whatever the host then says', async () => {
    const file = await host.readFile(live)
    for (const last of ['exit 255', "echo 'git@example.org: Permission denied (publickey).' >&2; exit 255", 'kill -9 $$']) {
      const other = createHost({
        name: 'hestia',
        ssh: 'hestia',
        sshConfig: sshd.sshConfig,
        run: (name, args, options) => runProcess(name, [...args.slice(0, -1), last], options),
      })
      const error: unknown = await other.replaceFile(file, Buffer.from('x'), 'exchange').catch((thrown: unknown) => thrown)
      expect(error instanceof ProblemError && error.problem).toMatchObject({ effect: 'unknown' })
    }
  })

  it('reaches an API through one shared tunnel, and opens it anew when it died', async () => {
    const server = createServer((_, response) => response.end('the API'))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const address = { host: '127.0.0.1', port: (server.address() as AddressInfo).port }
    const other = createHost({ name: 'hestia', ssh: 'hestia', sshConfig: sshd.sshConfig })
    const ask = async (socketPath: string): Promise<string> => {
      const client = new Client('http://127.0.0.1:8080', { socketPath })
      const { body } = await request('http://127.0.0.1:8080/api', { dispatcher: client })
      return body.text().finally(() => client.destroy())
    }
    try {
      const [first, second] = await Promise.all([other.tunnel(address), other.tunnel(address)])
      expect(first.socketPath).toBe(second.socketPath)
      expect(first.socketPath.length).toBeLessThan(100)
      expect(await ask(first.socketPath)).toBe('the API')
      await first.close()
      expect(await ask(second.socketPath)).toBe('the API')
      // The connection dies, as when the network goes.
      const connections = await sshProcesses(dirname(second.socketPath))
      expect(connections).toHaveLength(1)
      for (const pid of connections) process.kill(pid)
      await expect.poll(async () => (await other.tunnel(address)).socketPath).not.toBe(second.socketPath)
      expect(await ask((await other.tunnel(address)).socketPath)).toBe('the API')
    } finally {
      await other.close()
      server.close()
    }
  })

  it('leaves no process and no folder behind', async () => {
    const temporaryDirectory = join(folder, 't')
    await mkdir(temporaryDirectory)
    const other = createHost({ name: 'hestia', ssh: 'hestia', sshConfig: sshd.sshConfig, temporaryDirectory })
    expect(await other.hashFile(live)).toBe((await host.readFile(live)).sha256)
    expect(await sshProcesses(temporaryDirectory)).toHaveLength(1)
    await other.close()
    expect(await readdir(temporaryDirectory)).toEqual([])
    expect(await sshProcesses(temporaryDirectory)).toEqual([])
  })
})
