import { readFile } from 'node:fs/promises'
import type { WorldFolder } from './folder.ts'
import type { Server } from './server.ts'
import { writeScript } from './server.ts'
import type { Supervisor } from './supervisor.ts'

/** Longest wait for a server to be ready, milliseconds: each takes at most a few seconds, also on a busy machine. */
const LONGEST_MS = 60_000
const BETWEEN_LOOKS_MS = 25
const LINES_OF_LOG = 15

/** The programs of a world, by name: `edge`, `ingress`, `nomad`, `sshd`, `kube-apiserver`, … */
export interface Servers {
  start(server: Server): Promise<void>
  /** Starts again one that was killed or stopped, with the same command. */
  restart(name: string): Promise<void>
  /** SIGKILL, and resolves when it has ended. */
  kill(name: string): Promise<void>
  /** SIGTERM, and resolves when it has ended. */
  stop(name: string): Promise<void>
  /** SIGSTOP: connections to it are accepted by the kernel, and nobody answers. */
  pause(name: string): Promise<void>
  resume(name: string): Promise<void>
  signal(name: string, signal: string): Promise<void>
  isRunning(name: string): boolean
  log(name: string): Promise<string>
  /** Looks until `look` resolves to true; rejects at once, with the end of its log, when one of `names` has ended. */
  until(what: string, names: readonly string[], look: () => Promise<boolean>): Promise<void>
}

export function serversOf(folder: WorldFolder, supervisor: Supervisor): Servers {
  const log = (name: string): Promise<string> => readFile(folder.in('log', `${name}.log`), 'utf8').catch(() => '')
  const evidence = async (names: readonly string[]): Promise<string> =>
    (await Promise.all(names.map(async (name) => `${name} said last:\n${lastLines(await log(name))}`))).join('\n')

  const until: Servers['until'] = async (what, names, look) => {
    const deadline = Date.now() + LONGEST_MS
    for (;;) {
      const seen = await look().catch(() => false)
      if (seen) return
      for (const name of names) {
        const code = supervisor.ended(name)
        if (code !== undefined) throw new Error(`${name} ended with ${code} before ${what}; ${await evidence([name])}`)
      }
      if (supervisor.isOver()) throw new Error(`the world has ended before ${what}`)
      if (Date.now() > deadline) throw new Error(`not after ${LONGEST_MS / 1000} s: ${what}; ${await evidence(names)}`)
      await new Promise((resolve) => setTimeout(resolve, BETWEEN_LOOKS_MS))
    }
  }
  const endBy = async (name: string, signal: string): Promise<void> => {
    if (supervisor.ended(name) !== undefined) return
    await supervisor.signal(name, signal)
    await until(`${name} has ended`, [], () => Promise.resolve(supervisor.ended(name) !== undefined))
  }
  return {
    start: async (server) => {
      await writeScript(folder, server)
      await supervisor.start(server.name)
    },
    restart: (name) => supervisor.start(name),
    kill: (name) => endBy(name, 'KILL'),
    stop: (name) => endBy(name, 'TERM'),
    pause: (name) => supervisor.signal(name, 'STOP'),
    resume: (name) => supervisor.signal(name, 'CONT'),
    signal: (name, signal) => supervisor.signal(name, signal),
    isRunning: (name) => supervisor.ended(name) === undefined,
    log,
    until,
  }
}

const lastLines = (text: string): string => text.trimEnd().split('\n').slice(-LINES_OF_LOG).join('\n')
