import { createHash } from 'node:crypto'
import type { HostDescription, RemoteFile, ReplaceOutcome } from '../../domain/ports/host.ts'
import type { ManagedHost } from '../../domain/ports/units.ts'
import { ProblemError } from '../../domain/problem.ts'
import type { Answer } from './answer.ts'
import { createCommands, freshNonce } from './commands.ts'
import type { Attempt } from './connection-problem.ts'
import { holdProcess } from './held-process.ts'
import type { ProcessHolder } from './held-process.ts'
import { runProcess } from './process-runner.ts'
import type { ProcessRunner } from './process-runner.ts'
import { mountPointProblem, scriptProblem } from './script-problem.ts'
import { DESCRIBE, HASH_FILE, READ_FILE, REPLACE_FILE } from './scripts/index.ts'
import { createSharedConnection } from './shared-connection.ts'
import { createTunnels } from './tunnels.ts'
import { createUnits } from './units.ts'
import { createWorkFolder } from './work-folder.ts'

export interface HostOptions {
  /** The plan's name of the host: `hestia`. */
  readonly name: string
  /** An alias or address of the user's own ssh_config. */
  readonly ssh: string
  readonly sshConfig?: string
  readonly become?: 'sudo'
  /** Log in at once: it will be asked soon. */
  readonly soon?: boolean
  /** Runs `ssh`; a lab or a test answers in its place. With it, and without `hold`, no connection is shared and there are no tunnels. */
  readonly run?: ProcessRunner
  /** Starts the `ssh` of the shared connection, or of a tunnel that has one of its own. */
  readonly hold?: ProcessHolder
  /** Where sockets are made, in a folder of mode 0700. Keep it short: a socket's path has a limit of about 100 characters. */
  readonly temporaryDirectory?: string
  /** Ends commands that are under way: "now". */
  readonly signal?: AbortSignal
}

/** Seconds that a script waits for the lock, and after which a write begins no change any more; the outer timeout is well above both. */
const LOCK_PATIENCE = '15'
const WRITE_DEADLINE = '40'
const READ_TIMEOUT_MS = 45_000
const WRITE_TIMEOUT_MS = 90_000
const MAXIMUM_FILE_BYTES = 16 * 1024 * 1024
const READ_ATTEMPTS = 3

/** A host over the user's own `ssh`: one fixed script per operation, data on stdin, the result in a tagged last line (facts: SSH 1-6). */
export function createHost(options: HostOptions): ManagedHost {
  const { name, become, run = runProcess } = options
  const hold = options.hold ?? (options.run === undefined ? holdProcess : undefined)
  const to = { ssh: options.ssh, sshConfig: options.sshConfig }
  const folder = createWorkFolder(options.temporaryDirectory)
  const socket = (): Promise<string> => folder.socket()
  const shared = hold && createSharedConnection(to, become, socket, freshNonce, run, hold)
  const commands = createCommands({ to, become, run, shared, signal: options.signal })
  if (options.soon === true) shared?.begin()
  const tunnels = hold && shared && createTunnels(to, socket, hold, shared)

  const attempt = (what: string, writes = false): Attempt => ({ host: name, ...to, become, attempted: `${what} on ${name}`, writes })
  const read = (script: string, operation: string, args: readonly string[], about: Attempt): Promise<Answer> =>
    commands.ask({ script, operation, args, timeoutMs: READ_TIMEOUT_MS }, about)

  return {
    units: createUnits(commands, attempt),

    async describe(): Promise<HostDescription> {
      const about = attempt('log in')
      const { status, fields } = await read(DESCRIBE, 'describe', [], about)
      if (status !== 'ok') throw new ProblemError(scriptProblem('the host', about, { status, fields, bytes: Buffer.alloc(0) }))
      return { name, user: fields['user'] ?? '', become, exchange: wayOf(fields['exchange']), kernel: fields['kernel'] ?? '' }
    },

    async readFile(path): Promise<RemoteFile> {
      const about = attempt(`read ${path}`)
      checkPath(path, about)
      for (let left = READ_ATTEMPTS; left > 0; left--) {
        const answer = await read(READ_FILE, 'read-file', [LOCK_PATIENCE, String(MAXIMUM_FILE_BYTES), path], about)
        if (answer.status !== 'ok') throw new ProblemError(scriptProblem(path, about, answer))
        if (sha256(answer.bytes) === answer.fields['sha']) return remoteFile(path, answer)
      }
      throw new ProblemError({
        code: 'remote-file-restless',
        summary: `${path} on ${name} changed during each of ${READ_ATTEMPTS} reads`,
        attempted: about.attempted,
        next: ['see what writes to it, and try again when it is quiet'],
        effect: 'no',
      })
    },

    async hashFile(path): Promise<string> {
      const about = attempt(`read ${path}`)
      checkPath(path, about)
      const answer = await read(HASH_FILE, 'hash-file', [LOCK_PATIENCE, path], about)
      if (answer.status !== 'ok') throw new ProblemError(scriptProblem(path, about, answer))
      return answer.fields['sha'] ?? ''
    },

    async replaceFile(file, bytes, mode): Promise<ReplaceOutcome> {
      const about = attempt(`write ${file.path}`, true)
      checkPath(file.path, about)
      if (mode === 'exchange' && file.isMountPoint) throw new ProblemError(mountPointProblem(file.path, about))
      const after = sha256(bytes)
      const args = [LOCK_PATIENCE, WRITE_DEADLINE, mode, file.path, file.resolvedPath, file.sha256, after]
      const answer = await commands.ask(
        { script: REPLACE_FILE, operation: 'replace-file', args, stdin: bytes, timeoutMs: WRITE_TIMEOUT_MS },
        about,
      )
      const { status, fields } = answer
      const kept = fields['kept'] === undefined ? {} : { kept: fields['kept'] }
      if (status === 'replaced') return { outcome: 'replaced', sha256: after, by: mannerOf(fields['by']), ...kept }
      if (status === 'changed') return { outcome: 'changed-meanwhile', found: fields['found'] ?? '', ...kept }
      throw new ProblemError(scriptProblem(file.path, about, answer))
    },

    async tunnel(address) {
      const about = attempt(`reach ${address.host}:${address.port}`)
      if (tunnels !== undefined) return tunnels.open(address, about)
      throw new ProblemError({
        code: 'ssh-tunnel-unavailable',
        summary: `there is no way to reach ${address.host}:${address.port} on ${name}: this host has no real connection`,
        attempted: about.attempted,
        next: ['this is a bug in jmc-migrate: a lab without sockets must be asked directly'],
        effect: 'no',
      })
    },

    async close() {
      // Its tunnels end with it.
      await shared?.close()
      await tunnels?.close()
      await folder.remove()
    },
  }
}

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

const wayOf = (found: string | undefined): HostDescription['exchange'] =>
  found === 'mv' || found === 'perl' || found === 'python3' ? found : undefined

const mannerOf = (by: string | undefined): 'exchange' | 'checked-rename' | 'in-place' =>
  by === 'rename' ? 'checked-rename' : by === 'in-place' ? 'in-place' : 'exchange'

function remoteFile(path: string, { fields, bytes }: Answer): RemoteFile {
  const unfinished = fields['unfinished']
  return {
    path,
    resolvedPath: fields['path'] ?? path,
    bytes,
    sha256: fields['sha'] ?? '',
    mode: (fields['mode'] ?? '').padStart(4, '0'),
    owner: fields['owner'] ?? '',
    isMountPoint: fields['mounted'] === 'yes',
    writable: fields['writable'] === 'yes',
    ...(unfinished && { unfinished }),
  }
}

/** Paths travel in lines: one with a control character, or relative to who knows what, is refused. */
function checkPath(path: string, { attempted }: Attempt): void {
  if (path.startsWith('/') && !/(?![\u0080-\u009f])\p{Cc}/u.test(path)) return
  throw new ProblemError({
    code: 'remote-path-invalid',
    summary: `${JSON.stringify(path)} is not an absolute path without control characters`,
    attempted,
    next: ['write the whole path in the plan, from /'],
    effect: 'no',
  })
}
