import { spawn } from 'node:child_process'
import { realpathSync } from 'node:fs'
import { join } from 'node:path'
import type { HostCommand } from './command.ts'
import type { LabUnits } from './units.ts'
import { answerUnit, UNIT_OPERATIONS } from './units.ts'

export interface ShellAnswer {
  readonly exitCode: number
  readonly stdout: Buffer
  readonly stderr: string
}

/** What the lab says to a command line that it does not know. */
export const UNKNOWN_COMMAND: ShellAnswer = {
  exitCode: 127,
  stdout: Buffer.alloc(0),
  stderr: "501: the lab's host does not know this command\n",
}

/** What the host answers to a command of the adapter; one that it does not know, or a unit where it has no systemd, is a 501. */
export async function answerCommand(command: HostCommand | undefined, stdin: Uint8Array, options: LabHostSetting): Promise<ShellAnswer> {
  if (command === undefined || command.operation === 'hold') return UNKNOWN_COMMAND
  if (!UNIT_OPERATIONS.includes(command.operation)) return runInDirectory(command, stdin, options)
  return options.units === undefined ? UNKNOWN_COMMAND : answerUnit(command, options.units)
}

export interface LabHostSetting {
  /** The host's root: its `/mnt/…` is below. */
  readonly directory: string
  readonly user: string
  /** Its systemd; without it the host has none. */
  readonly units?: LabUnits | undefined
}

/**
 * Runs a script of the adapter with the local `sh`, in a host whose root is `directory`: absolute paths among the arguments are mapped below it, and its name is
 * taken out of the result line. `sudo` is always allowed, and changes nothing.
 */
export async function runInDirectory(
  command: HostCommand,
  stdin: Uint8Array,
  options: Pick<LabHostSetting, 'directory' | 'user'>,
): Promise<ShellAnswer> {
  const root = realpathSync(options.directory)
  const args = command.args.map((arg) => (arg.startsWith('/') ? join(root, join('/', arg)) : arg))
  const child = spawn('sh', ['-c', command.script, 'jmc-migrate', command.operation, command.nonce, ...args], {
    stdio: 'pipe',
    env: { ...process.env, SUDO_USER: options.user },
  })
  const stdout: Buffer[] = []
  const stderr: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk))
  child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk))
  child.stdin.on('error', () => {}) // A script that answers early does not read the rest.
  child.stdin.end(stdin)
  const exitCode = await new Promise<number>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code) => resolve(code ?? 255))
  })
  return { exitCode, stdout: withoutRoot(Buffer.concat(stdout), command.nonce, root), stderr: Buffer.concat(stderr).toString('utf8') }
}

/** Only the result line is ours to rewrite; the bytes of a file before it stay as they are. */
function withoutRoot(stdout: Buffer, nonce: string, root: string): Buffer {
  const start = stdout.lastIndexOf(`\n${nonce}\t`)
  if (start === -1) return stdout
  const result = stdout.subarray(start).toString('utf8').replaceAll(`${root}/`, '/')
  return Buffer.concat([stdout.subarray(0, start), Buffer.from(result)])
}
