import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { connect, createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { sshdBinary } from './tools.ts'

export interface RealSshd {
  readonly port: number
  /** ssh_config with the alias `hestia`: right key, right known_hosts. */
  readonly sshConfig: string
  /** The same with something wrong, for the problems: each is an ssh_config with the alias `hestia`. */
  readonly wrongKey: string
  readonly changedHostKey: string
  readonly unknownHostKey: string
  readonly closedPort: string
  close(): Promise<void>
}

export interface SshdOptions {
  /** Lines added to sshd_config: `AllowTcpForwarding no`. */
  readonly config?: readonly string[]
}

/** A real OpenSSH sshd on a free loopback port for the current user: own configuration, keys made now, ended by its pid. */
export async function startSshd(options: SshdOptions = {}): Promise<RealSshd> {
  const binary = await sshdBinary()
  const folder = await mkdtemp(join(tmpdir(), 'jmc-sshd-'))
  const inFolder = (name: string): string => join(folder, name)
  for (const key of ['host', 'other-host', 'user', 'other-user'])
    await execa('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'test', '-f', inFolder(key)])
  await writeFile(inFolder('authorized_keys'), await readFile(inFolder('user.pub')), { mode: 0o600 })
  const port = await freePort()
  await writeFile(inFolder('sshd_config'), sshdConfig(folder, port, options.config ?? []))
  // sshd wants its privilege separation folder where it runs as root.
  if (process.getuid?.() === 0) await mkdir('/run/sshd', { recursive: true, mode: 0o755 })
  const daemon = execa(binary, ['-D', '-e', '-f', inFolder('sshd_config')], { reject: false, stdin: 'ignore', stdout: 'ignore' })
  const ended = daemon.then((result) => new Error(`sshd ended: ${result.stderr}`))
  await listening(port, ended)

  const knownHosts = async (name: string, key: string | undefined): Promise<string> => {
    await writeFile(inFolder(name), key === undefined ? '' : `[127.0.0.1]:${port} ${await readFile(inFolder(`${key}.pub`), 'utf8')}`)
    return inFolder(name)
  }
  const known = await knownHosts('known_hosts', 'host')
  const clientConfig = async (name: string, identity: string, hosts: string, at = port): Promise<string> => {
    await writeFile(inFolder(name), sshConfig(at, inFolder(identity), hosts))
    return inFolder(name)
  }
  return {
    port,
    sshConfig: await clientConfig('config', 'user', known),
    wrongKey: await clientConfig('config-wrong-key', 'other-user', known),
    changedHostKey: await clientConfig('config-changed', 'user', await knownHosts('known_hosts-changed', 'other-host')),
    unknownHostKey: await clientConfig('config-unknown', 'user', await knownHosts('known_hosts-unknown', undefined)),
    closedPort: await clientConfig('config-closed', 'user', known, await freePort()),
    async close() {
      daemon.kill('SIGTERM')
      await ended
      await rm(folder, { recursive: true, force: true })
    },
  }
}

const sshdConfig = (folder: string, port: number, more: readonly string[]): string =>
  [
    `Port ${port}`,
    'ListenAddress 127.0.0.1',
    `HostKey ${folder}/host`,
    `AuthorizedKeysFile ${folder}/authorized_keys`,
    `PidFile ${folder}/sshd.pid`,
    'PubkeyAuthentication yes',
    'PasswordAuthentication no',
    'KbdInteractiveAuthentication no',
    'UsePAM no',
    'StrictModes no',
    'PermitRootLogin prohibit-password',
    'MaxStartups 100',
    ...more,
    '',
  ].join('\n')

const sshConfig = (port: number, identity: string, knownHosts: string): string =>
  [
    'Host hestia',
    '  HostName 127.0.0.1',
    `  Port ${port}`,
    `  User ${userInfo().username}`,
    `  IdentityFile ${identity}`,
    '  IdentitiesOnly yes',
    '  IdentityAgent none',
    `  UserKnownHostsFile ${knownHosts}`,
    '  GlobalKnownHostsFile /dev/null',
    '',
  ].join('\n')

/** A port that nobody had a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

/** Waits until something accepts connections on the port; rejects when the server ended first, or after 10 s. */
export async function listening(port: number, ended: Promise<Error>): Promise<void> {
  let over: Error | undefined
  void ended.then((error) => (over = error))
  for (let left = 200; left > 0; left--) {
    if (over !== undefined) throw over
    const accepted = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => resolve(socket.destroy() !== undefined))
      socket.on('error', () => resolve(false))
    })
    if (accepted) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error(`nothing listens on port ${port} after 10 s`)
}
