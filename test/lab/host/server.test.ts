import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client, request } from 'undici'
import { execa } from 'execa'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createHost } from '../../../src/adapters/ssh/host.ts'
import { createLabHostRunner, startLabHost } from '../../../src/lab/host/index.ts'
import type { LabHost } from '../../../src/lab/host/index.ts'

const LIVE = '/mnt/docker/traefik/traefik/dynamic_conf.yml'
let directory: string
let lab: LabHost | undefined

beforeEach(async () => {
  directory = await realpath(await mkdtemp(join(tmpdir(), 'jmc-lab-')))
  await mkdir(join(directory, 'mnt/docker/traefik/traefik'), { recursive: true })
  await writeFile(join(directory, LIVE), 'http:\n  routers: {}\n')
})
afterEach(async () => {
  await lab?.close()
  lab = undefined
  await rm(directory, { recursive: true, force: true })
})

const ssh = (config: string, ...command: string[]) =>
  execa('ssh', ['-F', config, '-o', 'BatchMode=yes', 'anything', ...command], { reject: false })

describe('the lab host, asked by the real ssh', () => {
  it('serves files below its directory under their own names', async () => {
    lab = await startLabHost({ directory })
    const host = createHost({ name: 'hestia', ssh: '192.168.1.5', sshConfig: lab.sshConfig, become: 'sudo' })
    const file = await host.readFile(LIVE)
    expect(file).toMatchObject({ path: LIVE, resolvedPath: LIVE, writable: true })
    expect(await host.replaceFile(file, Buffer.from('http: 1\n'), 'exchange')).toMatchObject({ outcome: 'replaced' })
    expect(await readFile(join(directory, LIVE), 'utf8')).toBe('http: 1\n')
    expect(await host.describe()).toMatchObject({ user: 'deploy', become: 'sudo' })
    await expect(host.readFile('/mnt/../../etc/../none.yml')).rejects.toThrow(/\/none\.yml does not exist|\/mnt.*does not exist/)
    await host.close()
  })

  it('carries many bytes whole', async () => {
    lab = await startLabHost({ directory })
    const host = createHost({ name: 'hestia', ssh: 'hestia', sshConfig: lab.sshConfig })
    const large = Buffer.alloc(3_000_000, 'http: # many routers\n')
    expect(await host.replaceFile(await host.readFile(LIVE), large, 'exchange')).toMatchObject({ outcome: 'replaced' })
    expect(Buffer.compare((await host.readFile(LIVE)).bytes, large)).toBe(0)
    await host.close()
  })

  it('answers 501 to what it does not know', async () => {
    lab = await startLabHost({ directory })
    for (const command of [
      'cat /etc/passwd',
      'sh -c true',
      "sh -c 'id' jmc-migrate delete-everything n",
      'sh -c id jmc-migrate describe n; id',
    ]) {
      const { exitCode, stdout, stderr } = await ssh(lab.sshConfig, command)
      expect({ exitCode, stdout }).toEqual({ exitCode: 127, stdout: '' })
      expect(stderr).toContain("501: the lab's host does not know this command")
    }
  })

  it('has the same key after a restart, and lets nobody else in', async () => {
    lab = await startLabHost({ directory })
    const known = await readFile(join(directory, '.ssh-lab/known_hosts'), 'utf8')
    const stranger = join(directory, 'stranger')
    await execa('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', stranger])
    await writeFile(
      join(directory, 'config'),
      (await readFile(lab.sshConfig, 'utf8')).replace(/IdentityFile .*/, `IdentityFile "${stranger}"`),
    )
    expect(await ssh(join(directory, 'config'), 'true')).toMatchObject({
      exitCode: 255,
      stderr: expect.stringContaining('Permission denied (publickey)'),
    })
    await lab.close()
    lab = await startLabHost({ directory })
    expect(await readFile(join(directory, '.ssh-lab/known_hosts'), 'utf8')).toBe(known)
    const host = createHost({ name: 'hestia', ssh: 'hestia', sshConfig: lab.sshConfig })
    expect(await host.hashFile(LIVE)).toMatch(/^[0-9a-f]{64}$/)
    await host.close()
  })

  it('forwards where it is told to, and nowhere else', async () => {
    const api = createServer((_, response) => response.end('the edge API'))
    await new Promise<void>((resolve) => api.listen(0, '127.0.0.1', resolve))
    const { port } = api.address() as AddressInfo
    lab = await startLabHost({ directory, forward: (name, at) => (name === '127.0.0.1' && at === 8080 ? { port } : undefined) })
    const host = createHost({ name: 'hestia', ssh: 'hestia', sshConfig: lab.sshConfig })
    const ask = async (at: number): Promise<string> => {
      const { socketPath } = await host.tunnel({ host: '127.0.0.1', port: at })
      const client = new Client('http://127.0.0.1', { socketPath })
      return request('http://127.0.0.1/api', { dispatcher: client })
        .then(({ body }) => body.text())
        .finally(() => client.destroy())
    }
    expect(await ask(8080)).toBe('the edge API')
    await expect(ask(port)).rejects.toThrow(/socket|closed|ECONNRESET|EPIPE/)
    await host.close()
    api.close()
  })
})

describe('the lab host without sockets', () => {
  it('answers the adapter in the place of ssh', async () => {
    const host = createHost({ name: 'hestia', ssh: 'hestia', run: createLabHostRunner({ directory }) })
    const file = await host.readFile(LIVE)
    expect(await host.replaceFile(file, Buffer.from('http: 2\n'), 'exchange')).toMatchObject({ outcome: 'replaced' })
    expect(await host.replaceFile(file, Buffer.from('http: 3\n'), 'exchange')).toMatchObject({
      outcome: 'changed-meanwhile',
      found: await host.hashFile(LIVE),
    })
    expect(await readFile(join(directory, LIVE), 'utf8')).toBe('http: 2\n')
    await expect(host.tunnel({ host: '127.0.0.1', port: 8080 })).rejects.toMatchObject({ problem: { code: 'ssh-tunnel-unavailable' } })
    await host.close()
  })
})
