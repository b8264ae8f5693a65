import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildInto } from '../../scripts/build.mjs'

/** Longest life of a command, milliseconds: a run of the lab takes seconds, also on a busy machine. */
const LONGEST_MS = 120_000

export interface Bundle {
  /** The bundled command line, to be given to node. */
  readonly entry: string
  /** Ends with the bundle: the place for all that its tests leave behind. */
  readonly folder: string
  remove(): Promise<void>
}

/** Bundles the command line as the package does, into a folder of its own: nobody's dist/ is touched. A process bundles it once. */
export async function bundle(): Promise<Bundle> {
  bundled ??= files()
  const folder = await mkdtemp(join(tmpdir(), 'jmc-migrate-bundle-'))
  for (const { name, contents } of await bundled) await writeFile(join(folder, name), contents)
  return { entry: join(folder, 'cli.js'), folder, remove: () => remove(folder) }
}

let bundled: ReturnType<typeof files> | undefined

async function files(): Promise<readonly { readonly name: string; readonly contents: Buffer }[]> {
  const folder = await mkdtemp(join(tmpdir(), 'jmc-migrate-built-'))
  try {
    await buildInto(folder)
    const names = await readdir(folder)
    return await Promise.all(names.map(async (name) => ({ name, contents: await readFile(join(folder, name)) })))
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

export interface Ended {
  /** Undefined where a signal ended it. */
  readonly code: number | undefined
  readonly stdout: string
  readonly stderr: string
}

/** What tests have started and not seen ending, as when they fail: each is ended by its own id. */
const running = new Set<ChildProcess>()

async function remove(folder: string): Promise<void> {
  await Promise.all([...running].map((child) => new Promise((resolve) => child.on('close', resolve).kill('SIGKILL'))))
  await rm(folder, { recursive: true, force: true })
}

/** A command at work, in a process of its own. */
export interface Started {
  readonly pid: number
  readonly ended: Promise<Ended>
  /** Resolves once stdout holds `text`; rejects when the command ends without it. */
  says(text: string): Promise<void>
  /** Signals this very process; does nothing once it has ended. */
  signal(name: NodeJS.Signals): void
}

/**
 * Starts `jmc-migrate ...argv` in `folder`: without a terminal, and with nothing of the caller's environment but where programs are, and what `more`
 * says.
 */
export function start(entry: string, folder: string, argv: readonly string[], more: Readonly<Record<string, string>> = {}): Started {
  const { PATH, HOME } = process.env
  const child = spawn(process.execPath, [entry, ...argv], { cwd: folder, env: { PATH, HOME, ...more }, stdio: ['ignore', 'pipe', 'pipe'] })
  const { pid } = child
  if (pid === undefined) throw new Error(`${process.execPath} could not be started`)
  const stdout: string[] = []
  const stderr: string[] = []
  const listeners = new Set<() => void>()
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout.push(text)
    for (const listener of listeners) listener()
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => stderr.push(text))
  const ended = endOf(child, stdout, stderr)
  const says = (text: string): Promise<void> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        if (!stdout.join('').includes(text)) return
        listeners.delete(look)
        resolve()
      }
      listeners.add(look)
      look()
      void ended.then((end) => reject(new Error(`ended (${end.code}) without saying ${text}:\n${end.stdout}\n${end.stderr}`)))
    })
  return { pid, ended, says, signal: (name) => void child.kill(name) }
}

function endOf(child: ChildProcess, stdout: readonly string[], stderr: readonly string[]): Promise<Ended> {
  const tooLong = setTimeout(() => void child.kill('SIGKILL'), LONGEST_MS)
  running.add(child)
  return new Promise((resolve) => {
    child.on('close', (code) => {
      clearTimeout(tooLong)
      running.delete(child)
      resolve({ code: code ?? undefined, stdout: stdout.join(''), stderr: stderr.join('') })
    })
  })
}
