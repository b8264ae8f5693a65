import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { BuildResult } from 'esbuild'
import { build } from 'esbuild'
import { options } from '../../scripts/build.mjs'

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
  bundled ??= build({ ...options, outdir: NOWHERE, write: false })
  const { outputFiles } = await bundled
  const folder = await mkdtemp(join(tmpdir(), 'jmc-migrate-bundle-'))
  for (const { path, contents } of outputFiles) {
    const file = join(folder, relative(NOWHERE, path))
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, contents)
  }
  return { entry: join(folder, 'cli.js'), folder, remove: () => remove(folder) }
}

const NOWHERE = fileURLToPath(new URL('not-written', import.meta.url))
let bundled: Promise<BuildResult<{ write: false }>> | undefined

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
