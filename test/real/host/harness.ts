import { spawn } from 'node:child_process'
import { mkdir, mkdtemp, readFile, readdir, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { remoteCommandLine } from '../../../src/adapters/ssh/command-line.ts'
import { createHost } from '../../../src/adapters/ssh/host.ts'
import { runProcess } from '../../../src/adapters/ssh/process-runner.ts'
import type { ProcessRunner } from '../../../src/adapters/ssh/process-runner.ts'
import type { HostPort } from '../../../src/domain/ports/host.ts'
import { ProblemError } from '../../../src/domain/problem.ts'
import { decodeCommand } from '../../../src/lab/host/command.ts'

/** What a host has: everything; no `renameat2`; python3 alone; nothing but POSIX tools (no flock, perl or python3). */
export type Equipment = 'whole' | 'no-exchange' | 'python3-only' | 'bare'

const EQUIPMENT: Readonly<Record<Equipment, (script: string) => string>> = {
  whole: (script) => script,
  'no-exchange': (script) => script.replace('ways="$ways rename"', 'ways=rename'),
  'python3-only': (script) => without(script, 'flock|perl').replace("*--exchange*) ways='mv'", "*--exchange*) ways=''"),
  bare: (script) => without(script, 'flock|perl|python3').replace("*--exchange*) ways='mv'", "*--exchange*) ways=''"),
}
const without = (script: string, tools: string): string => script.replace('has() {', `has() { case $1 in ${tools}) return 1 ;; esac;`)

export const ORIGINAL = '# the edge\nhttp:\n  routers: {}\n'
const OURS = '# ours\n'

/** One folder with a live file, and a human who edits it; `hook` is shell code that runs at every `: point NAME` of our script, as `$point`. */
export interface Bench {
  readonly folder: string
  readonly live: string
  /** The adapter whose scripts run with the hook, here or over ssh. */
  readonly host: HostPort
  setHook(shell: string): Promise<void>
  /** The human's shell code, run beside our script; resolves when it is done. */
  humanDoes(shell: string): Promise<void>
  /** Kills the script and all it started after so many milliseconds. Only for scripts that run here. */
  killAfter(milliseconds: number | undefined): void
  /** Markers of the human's edits that are written, and of all that were begun. */
  edits(): Promise<readonly string[]>
  begunEdits(): Promise<readonly string[]>
  /** The live file and, apart, all that is kept or left beside it. */
  files(): Promise<{ readonly live: string; readonly kept: string; readonly left: readonly string[] }>
  remove(): Promise<void>
}

export async function createBench(equipment: Equipment, over?: { readonly sshConfig: string }): Promise<Bench> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'jmc-bench-')))
  const edge = join(folder, 'edge')
  await mkdir(edge)
  const live = join(edge, 'dynamic_conf.yml')
  const hook = join(folder, 'hook.sh')
  await writeFile(live, ORIGINAL)
  await writeFile(hook, ':')
  await writeFile(join(folder, 'human.sh'), human(live, join(folder, 'edits')))
  await writeFile(join(folder, 'edits'), '')
  await writeFile(join(folder, 'edits.begun'), '')
  let killAfter: number | undefined

  const instrument = (script: string): string =>
    `hit() { point=$1; . '${folder}/human.sh'; . '${hook}'; }\n${EQUIPMENT[equipment](script).replaceAll(/: point (\S+)/g, 'hit $1')}`
  const run: ProcessRunner = (file, args, options) => {
    const command = decodeCommand(args.at(-1) ?? '')
    if (command === undefined) return runProcess(file, args, options)
    const changed = { ...command, become: undefined, script: instrument(command.script) }
    if (over !== undefined) return runProcess(file, [...args.slice(0, -1), remoteCommandLine(changed)], options)
    return runHere(
      ['-c', changed.script, 'jmc-migrate', command.operation, command.nonce, ...command.args],
      options.stdin,
      command.operation === 'replace-file' ? killAfter : undefined,
    )
  }
  const host = createHost({ name: 'hestia', ssh: 'hestia', ...over, run })
  return {
    folder,
    live,
    host,
    setHook: (shell) => writeFile(hook, shell),
    humanDoes: async (shell) => {
      const { exitCode } = await runProcess('sh', ['-c', `. '${folder}/human.sh'; ${shell}`], { timeoutMs: 10_000 })
      if (exitCode !== 0) throw new Error(`the human failed with code ${exitCode}`)
    },
    killAfter: (milliseconds) => (killAfter = milliseconds),
    edits: () => lines(join(folder, 'edits')),
    begunEdits: async () => [...new Set(await lines(join(folder, 'edits.begun')))],
    async files() {
      const beside = (await readdir(edge)).filter((name) => name !== 'dynamic_conf.yml').sort()
      const texts = await Promise.all(beside.filter((name) => name.endsWith('.kept')).map((name) => readFile(join(edge, name), 'utf8')))
      return { live: await readFile(live, 'utf8'), kept: texts.join(''), left: beside.filter((name) => !name.endsWith('.kept')) }
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  }
}

const lines = async (path: string): Promise<string[]> => (await readFile(path, 'utf8')).split('\n').filter((line) => line !== '')

/** The human: each function adds a line to what the file holds, as an editor of that kind would, and notes it once it is written. */
const human = (live: string, edits: string): string => `
live='${live}'
did() { printf '%s\\n' "$1" >>'${edits}'; }
will() { printf '%s\\n' "$1" >>'${edits}.begun'; }
by_rename() { will "$1"; cp "$live" "$live.swp" && printf '# %s\\n' "$1" >>"$live.swp" && mv "$live.swp" "$live" && did "$1"; }
opens() { will "$1"; cp "$live" "$live.swp"; printf '# %s\\n' "$1" >>"$live.swp"; }
saves() { mv "$live.swp" "$live"; did "$1"; }
in_place() { will "$1"; text=$(cat "$live"; printf x) && printf '%s# %s\\n' "\${text%x}" "$1" >"$live" && did "$1"; }
by_append() { will "$1"; printf '# %s\\n' "$1" >>"$live" && did "$1"; }
like_vim() { will "$1"; mv "$live" "$live~" && { cat "$live~"; printf '# %s\\n' "$1"; } >"$live" && rm "$live~" && did "$1"; }
slow_append() { # opens now, writes a moment later
  will "$1"; rm -f '${edits}.opened'
  (exec 9<&- 8>>"$live"; : >'${edits}.opened'; sleep 0.15; printf '# %s\n' "$1" >&8; did "$1") >/dev/null 2>&1 </dev/null &
  while [ ! -e '${edits}.opened' ]; do :; done
}
die() { kill -9 $$; }
nth() { # N, POINT: true the N-th time that POINT is reached
  [ "$point" = "$2" ] || return 1
  times=$((\${times-0} + 1)); [ "$times" = "$1" ]
}
`

async function runHere(args: readonly string[], stdin: Uint8Array | undefined, killAfter: number | undefined): ReturnType<ProcessRunner> {
  const child = spawn('sh', args, { stdio: 'pipe', detached: true })
  const stdout: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk))
  child.stdin.on('error', () => {})
  child.stdin.end(stdin)
  const timer =
    killAfter === undefined
      ? undefined
      : setTimeout(() => child.pid !== undefined && child.exitCode === null && process.kill(-child.pid, 'SIGKILL'), killAfter)
  const exitCode = await new Promise<number>((resolve) => child.on('close', (code) => resolve(code ?? -1)))
  clearTimeout(timer)
  return { exitCode, stdout: Buffer.concat(stdout), stderr: '', timedOut: false }
}

export const withOurs = (text: string): string => (text.includes(OURS) ? text : text + OURS)
export const withoutOurs = (text: string): string => text.replaceAll(OURS, '')

/** As the edge adapter does: read, put an unfinished write right, change our line only, and again where a human was faster or is in the middle of it. */
export async function converge({ host, live }: Bench, change: (text: string) => string): Promise<void> {
  for (let left = 20; left > 0; left--) {
    try {
      const file = await host.readFile(live)
      const text = Buffer.from(file.bytes).toString('utf8')
      if (file.unfinished === undefined && change(text) === text) return
      await host.replaceFile(file, Buffer.from(file.unfinished === undefined ? change(text) : text), 'exchange')
    } catch (error) {
      if (
        !(error instanceof ProblemError) ||
        !['remote-file-missing', 'remote-file-restless', 'remote-file-busy'].includes(error.problem.code)
      )
        throw error
    }
  }
  throw new Error('did not converge')
}

/** A whole file: the original, then lines that somebody wrote. */
export const isWhole = (text: string): boolean => text.startsWith(ORIGINAL) && /^(# (ours|edit_\w+)\n)*$/.test(text.slice(ORIGINAL.length))
