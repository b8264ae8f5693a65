import { controlArguments, masterArguments, remoteCommandLine } from './command-line.ts'
import type { Destination } from './command-line.ts'
import type { HeldProcess, ProcessHolder } from './held-process.ts'
import type { ProcessRunner } from './process-runner.ts'
import { HOLD } from './scripts/index.ts'

/** How long a shared connection may take to say that it still works; a frozen one hangs for ever (facts: SSH 3). */
const CHECK_TIMEOUT_MS = 2_000
const START_TIMEOUT_MS = 20_000
const MAXIMUM_STARTS = 3

/**
 * One connection for many commands (a cold one costs 190-460 ms, a shared one 20 ms). It is only ever an accelerator: it is started in the background after a
 * direct command has worked, checked before each use, and whoever finds it missing or hanging goes directly.
 */
export interface SharedConnection {
  /** Path to give to ssh; undefined: connect directly. */
  usable(): Promise<string | undefined>
  /** Call after a direct command that worked. */
  warmUp(): void
  /** Call when a command over it gave no answer: it is not used again. */
  distrust(): Promise<void>
  close(): Promise<void>
}

export function createSharedConnection(
  to: Destination,
  socket: () => Promise<string>,
  nonce: () => string,
  run: ProcessRunner,
  hold: ProcessHolder,
): SharedConnection {
  let held: { readonly process: HeldProcess; readonly path: string } | undefined
  let starting: Promise<void> | undefined
  let startsLeft = MAXIMUM_STARTS

  const start = async (): Promise<void> => {
    const path = await socket()
    const tag = nonce()
    const command = remoteCommandLine({ script: HOLD, operation: 'hold', nonce: tag, args: [], become: undefined })
    held = {
      process: await hold('ssh', masterArguments(to, path, command), { ready: `\n${tag}\theld\n`, timeoutMs: START_TIMEOUT_MS }),
      path,
    }
  }
  const drop = async (how?: 'at-once'): Promise<void> => {
    await starting
    const last = held
    held = undefined
    if (last === undefined) return
    if (how === undefined && last.process.alive())
      await run('ssh', controlArguments(to, last.path, 'exit'), { timeoutMs: CHECK_TIMEOUT_MS })
    await last.process.end(how)
  }
  return {
    async usable() {
      if (held === undefined || !held.process.alive()) return undefined
      const { path } = held
      const check = await run('ssh', controlArguments(to, path, 'check'), { timeoutMs: CHECK_TIMEOUT_MS })
      if (check.exitCode === 0 && !check.timedOut) return path
      startsLeft = 0
      await drop('at-once')
      return undefined
    },
    warmUp() {
      if (starting !== undefined || startsLeft === 0 || held?.process.alive() === true) return
      startsLeft -= 1
      starting = start()
        .catch(() => void (startsLeft = 0)) // Direct commands go on working, and they say what is wrong.
        .finally(() => (starting = undefined))
    },
    async distrust() {
      startsLeft = 0
      await drop('at-once')
    },
    async close() {
      startsLeft = 0
      await drop()
    },
  }
}
