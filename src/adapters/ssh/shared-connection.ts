import { ProblemError } from '../../domain/problem.ts'
import { controlArguments, forwardArguments, masterArguments, remoteCommandLine } from './command-line.ts'
import type { Address, Destination } from './command-line.ts'
import { connectionProblem, hasNotConnected } from './connection-problem.ts'
import type { Attempt } from './connection-problem.ts'
import { NotHeld, within } from './held-process.ts'
import type { HeldProcess, ProcessHolder } from './held-process.ts'
import type { ProcessRunner } from './process-runner.ts'
import { HASH_FILE, HOLD_AND_READ, READ_FILE, READS } from './scripts/index.ts'

/** How long a shared connection may take to say that it still works; a frozen one hangs for ever (facts: SSH 3). */
const CHECK_TIMEOUT_MS = 2_000
/** What only reads may be under way this long before its connection is asked whether it still works. */
const PATIENCE_MS = 1_000
/** A script that reads waits 15 s for the lock. A process that owes an answer for longer is not asked again: the next one may be behind it for ever. */
const READ_PATIENCE_MS = 20_000
const START_TIMEOUT_MS = 20_000
const MAXIMUM_STARTS = 3

/** A forward of the shared connection; it lives as long as that does. */
export interface SharedForward {
  alive(): boolean
  end(): Promise<void>
}

/**
 * One login for all commands and forwards (a cold one costs 190-460 ms, a shared one 20 ms), made at first use. It is only ever an accelerator: where it cannot
 * be had, is lost or hangs, everybody goes directly.
 */
export interface SharedConnection {
  /** Begins to log in, for what will be asked soon; what goes wrong is told to whoever asks. */
  begin(): void
  /** Path to give to ssh; undefined: connect directly. Rejects with a problem where ssh says itself that it cannot connect. */
  path(attempt: Attempt): Promise<string | undefined>
  /** The same, asked first whether it still works: for what must not be sent into a connection that hangs. */
  provenPath(attempt: Attempt): Promise<string | undefined>
  /**
   * What the script of `operation`, which only reads, says on the host. Undefined: it is not to be had this way, and may be asked in another one. Rejects as `path`
   * does.
   */
  read(operation: string, args: readonly string[], nonce: string, attempt: Attempt): Promise<Buffer | undefined>
  /** Waits for what may be asked again. Where that takes long, the connection is asked whether it still works, and is ended when it does not. */
  waitFor<Value>(asked: Promise<Value>): Promise<Value>
  /** A unix socket at `socketPath` that comes out at `address`; undefined: it is not to be had this way. Rejects as `path` does. */
  forward(socketPath: string, address: Address, attempt: Attempt): Promise<SharedForward | undefined>
  /** Call when a command over it gave no answer: it is not used again. */
  distrust(): Promise<void>
  close(): Promise<void>
}

/** The words that HOLD_AND_READ wants. */
const readScripts = (become: 'sudo' | undefined): readonly string[] => [become === 'sudo' ? 'sudo -n --' : '', READ_FILE, HASH_FILE]

interface Held {
  readonly process: HeldProcess
  readonly path: string
}

export function createSharedConnection(
  to: Destination,
  become: 'sudo' | undefined,
  socket: () => Promise<string>,
  nonce: () => string,
  run: ProcessRunner,
  hold: ProcessHolder,
): SharedConnection {
  let held: Held | undefined
  let starting: Promise<Held | undefined> | undefined
  let startsLeft = MAXIMUM_STARTS
  const closed = new AbortController()
  /** Those that owe an answer. */
  const deaf = new WeakSet<HeldProcess>()

  const start = async (): Promise<Held | undefined> => {
    startsLeft -= 1
    const path = await socket()
    const tag = nonce()
    const command = remoteCommandLine({
      script: HOLD_AND_READ,
      operation: 'hold',
      nonce: tag,
      args: readScripts(become),
      become: undefined,
    })
    try {
      const ready = { ready: `\n${tag}\theld\n`, timeoutMs: START_TIMEOUT_MS, signal: closed.signal }
      return (held = { process: await hold('ssh', masterArguments(to, path, command), ready), path })
    } catch (error) {
      // A direct connection would fail in the same words; the next one may not.
      if (error instanceof NotHeld && hasNotConnected(error.result)) {
        startsLeft += 1
        throw error
      }
      // Direct connections go on working, and they say what is wrong.
      startsLeft = 0
      return undefined
    }
  }
  const begun = (): Promise<Held | undefined> => (starting ??= start().finally(() => (starting = undefined)))
  const current = async (attempt: Attempt): Promise<Held | undefined> => {
    if (held?.process.alive() === true) return held
    if (starting === undefined && startsLeft === 0) return undefined
    try {
      return await begun()
    } catch (error) {
      throw error instanceof NotHeld ? new ProblemError(connectionProblem(attempt, error.result)) : error
    }
  }
  const control = async (args: readonly string[]): Promise<boolean> => {
    const said = await run('ssh', args, { timeoutMs: CHECK_TIMEOUT_MS })
    return said.exitCode === 0 && !said.timedOut
  }
  const drop = async (how?: 'at-once'): Promise<void> => {
    await starting?.catch(() => undefined)
    const last = held
    held = undefined
    await last?.process.end(how)
  }
  const giveUp = async (how?: 'at-once'): Promise<void> => {
    startsLeft = 0
    await drop(how)
  }
  const isWell = async ({ path, process }: Held): Promise<boolean> => process.alive() && (await control(controlArguments(path, 'check')))
  /** Asked by whom it was given to: another one may have taken its place meanwhile. */
  const endIfFrozen = async (suspect: Held): Promise<boolean> => {
    if (await isWell(suspect)) return false
    if (suspect === held && suspect.process.alive()) await giveUp('at-once')
    return true
  }
  const waitFor = async <Value>(asked: Promise<Value>): Promise<Value> => {
    const used = held
    const timer = setTimeout(() => void (used && endIfFrozen(used).catch(() => undefined)), PATIENCE_MS)
    return asked.finally(() => clearTimeout(timer))
  }
  return {
    begin: () => void begun().catch(() => undefined),
    path: async (attempt) => (await current(attempt))?.path,
    async provenPath(attempt) {
      const found = await current(attempt)
      return found === undefined || (await endIfFrozen(found)) ? undefined : found.path
    },
    async read(operation, args, tag, attempt) {
      if (!READS.includes(operation)) return undefined
      const found = await current(attempt)
      if (found === undefined || deaf.has(found.process)) return undefined
      const asked = found.process.ask([operation, tag, ...args].join('\t'), `\n${tag} end\n`)
      const said = await waitFor(within(asked, READ_PATIENCE_MS))
      if (said !== 'late') return said
      deaf.add(found.process)
      return undefined
    },
    waitFor,
    async forward(socketPath, address, attempt) {
      const found = await current(attempt)
      if (found === undefined) return undefined
      if (!(await control(forwardArguments(found.path, 'forward', socketPath, address)))) {
        await endIfFrozen(found)
        return undefined
      }
      return {
        alive: () => found.process.alive(),
        end: async () => void (found.process.alive() && (await control(forwardArguments(found.path, 'cancel', socketPath, address)))),
      }
    },
    distrust: () => giveUp('at-once'),
    async close() {
      // A login that is still under way is not waited for.
      if (held === undefined) closed.abort()
      await giveUp()
    },
  }
}
