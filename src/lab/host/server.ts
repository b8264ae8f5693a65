import { timingSafeEqual } from 'node:crypto'
import { connect, createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import ssh2 from 'ssh2'
import type { AuthContext, Connection, ParsedKey, ServerChannel, Session } from 'ssh2'
import { createInterface } from 'node:readline'
import { decodeCommand } from './command.ts'
import type { HostCommand } from './command.ts'
import { labHostKeys, writeSshConfig } from './keys.ts'
import { answerCommand } from './shell.ts'
import type { LabHostSetting, ShellAnswer } from './shell.ts'
import type { LabUnits } from './units.ts'

export interface LabHostOptions {
  /** The host's root: its `/mnt/…` is below, and its keys in `.ssh-lab`. All its state is these files. */
  readonly directory: string
  readonly user?: string
  /** Where a connection to `host:port` of the lab's host leads on loopback; undefined: refused. */
  readonly forward?: (host: string, port: number) => { readonly port: number } | undefined
  /** Its systemd; without it the host has none. */
  readonly units?: LabUnits
}

export interface LabHost {
  readonly port: number
  /** Path of an ssh_config in which every alias is this host. */
  readonly sshConfig: string
  close(): Promise<void>
}

/** A host for the real `ssh` client, on loopback. */
export async function startLabHost({ directory, user = 'deploy', forward = () => undefined, units }: LabHostOptions): Promise<LabHost> {
  const keys = await labHostKeys(directory)
  const userKey = ssh2.utils.parseKey(keys.userPublic)
  if (userKey instanceof Error) throw userKey
  const running = new Set<Promise<void>>()
  const connections = new Set<Connection>()

  const onSession = (session: Session): void => {
    session.on('exec', (accept, _reject, { command }) => {
      const work = execute(accept(), command, { directory, user, units }).finally(() => running.delete(work))
      running.add(work)
    })
  }
  const protocol = new ssh2.Server({ hostKeys: [keys.hostPrivate] }, (connection) => {
    connections.add(connection)
    connection.on('error', () => {}) // A client that is killed; `close` follows.
    connection.on('close', () => connections.delete(connection))
    connection.on('authentication', (context) => authenticate(context, user, userKey))
    connection.on('session', (accept) => onSession(accept()))
    connection.on('tcpip', (accept, reject, { destIP, destPort }) => {
      const to = forward(destIP, destPort)
      if (to === undefined) return reject()
      const socket = connect(to.port, '127.0.0.1')
      socket.once('error', reject)
      socket.once('connect', () => {
        socket.off('error', reject)
        join(accept(), socket)
      })
    })
  })
  // Like sshd's: a small answer is not held back until the one before it has been acknowledged.
  const server = createServer({ noDelay: true }, (socket) => protocol.injectSocket(socket))
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  const { port } = server.address() as AddressInfo
  return {
    port,
    sshConfig: await writeSshConfig(keys, port, user),
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      // Like a real host, a command that has begun ends by itself; so do those whose client has gone.
      for (const connection of connections) connection.end()
      await Promise.all(running)
      await closed
    },
  }
}

function join(channel: ServerChannel, socket: ReturnType<typeof connect>): void {
  channel.on('error', () => socket.destroy())
  socket.on('error', () => channel.destroy())
  channel.on('close', () => socket.destroy())
  channel.pipe(socket).pipe(channel)
}

function authenticate(context: AuthContext, user: string, key: ParsedKey): void {
  if (context.method !== 'publickey' || context.username !== user || !isSame(context.key.data, key.getPublicSSH()))
    return context.reject(['publickey'])
  // The first question of a client is only whether the key would do; the second one is signed.
  if (context.blob === undefined || context.signature === undefined) return context.accept()
  if (key.verify(context.blob, context.signature, context.hashAlgo) === true) return context.accept()
  context.reject(['publickey'])
}

const isSame = (a: Buffer, b: Buffer): boolean => a.length === b.length && timingSafeEqual(a, b)

async function execute(channel: ServerChannel, line: string, host: LabHostSetting): Promise<void> {
  channel.on('error', () => {}) // The client has gone; what the command did stays done.
  const command = decodeCommand(line)
  if (command?.operation !== 'hold')
    return finish(channel, await answerCommand(command, command === undefined ? Buffer.alloc(0) : await input(channel), host))
  channel.write(`\n${command.nonce}\theld\n`)
  await answerReads(channel, command, host)
  finish(channel, { exitCode: 0, stdout: Buffer.alloc(0), stderr: '' })
}

/** As the adapter's script does that holds a connection: each line asks for what only reads. Until the end of its input. */
async function answerReads(channel: ServerChannel, { become, args }: HostCommand, host: LabHostSetting): Promise<void> {
  const [, readFile, hashFile] = args
  for await (const line of createInterface({ input: channel, crlfDelay: Infinity })) {
    const [operation = '', nonce = '', ...words] = line.split('\t')
    const script = operation === 'read-file' ? readFile : operation === 'hash-file' ? hashFile : undefined
    if (script !== undefined)
      channel.write((await answerCommand({ become, script, operation, nonce, args: words }, Buffer.alloc(0), host)).stdout)
    channel.write(`\n${nonce} end\n`)
  }
}

function input(channel: ServerChannel): Promise<Buffer> {
  const chunks: Buffer[] = []
  return new Promise((resolve) => {
    const done = (): void => resolve(Buffer.concat(chunks))
    channel.on('data', (chunk: Buffer) => chunks.push(chunk))
    channel.on('end', done)
    channel.on('close', done)
  })
}

function finish(channel: ServerChannel, { exitCode, stdout, stderr }: ShellAnswer): void {
  if (channel.destroyed) return
  if (stderr !== '') channel.stderr.write(stderr)
  channel.write(stdout, () => {
    channel.exit(exitCode)
    channel.end()
  })
}
