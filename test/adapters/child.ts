import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { build } from 'esbuild'

/** A TypeScript file of the tests as a script that plain Node runs in a process of its own. */
export async function bundle(entry: string, folder: string): Promise<string> {
  const outfile = join(folder, 'child.mjs')
  await build({ entryPoints: [entry], outfile, bundle: true, platform: 'node', format: 'esm', logLevel: 'error' })
  return outfile
}

export interface Child {
  readonly process: ChildProcess
  readonly lines: AsyncIterator<string>
  readonly ended: Promise<number | null>
}

/** Runs a command and reads its lines; a test ends it through `process.kill`. */
export function run(command: readonly [string, ...string[]]): Child {
  const child = spawn(command[0], command.slice(1), { stdio: ['pipe', 'pipe', 'inherit'] })
  const ended = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)))
  return { process: child, lines: createInterface(child.stdout)[Symbol.asyncIterator](), ended }
}

export const node = (script: string, ...args: readonly string[]): Child => run([process.execPath, script, ...args])

/** A folder of its own for `use`, removed after it. */
export async function temporaryFolder(): Promise<{ readonly path: string; readonly remove: () => Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), 'jmc-migrate-test-'))
  return { path, remove: () => rm(path, { recursive: true, force: true }) }
}
