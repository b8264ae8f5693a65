import { randomBytes } from 'node:crypto'
import { ProblemError } from '../../domain/problem.ts'
import { parseAnswer } from './answer.ts'
import type { Answer } from './answer.ts'
import { commandArguments, remoteCommandLine } from './command-line.ts'
import type { Destination } from './command-line.ts'
import { clientProblem, connectionProblem } from './connection-problem.ts'
import type { Attempt } from './connection-problem.ts'
import type { ProcessResult, ProcessRunner } from './process-runner.ts'
import type { SharedConnection } from './shared-connection.ts'

export interface Command {
  readonly script: string
  readonly operation: string
  readonly args: readonly string[]
  readonly stdin?: Uint8Array
  readonly timeoutMs: number
}

export interface Commands {
  /** Runs a script there and gives its answer; rejects with a problem where there is none. */
  ask(command: Command, attempt: Attempt): Promise<Answer>
}

export interface CommandsOptions {
  readonly to: Destination
  readonly become: 'sudo' | undefined
  readonly run: ProcessRunner
  /** Without it every command has a connection of its own. */
  readonly shared: SharedConnection | undefined
  readonly signal: AbortSignal | undefined
}

/** Of 96 bits, unpredictable: nothing else on the host can print it. */
export const freshNonce = (): string => randomBytes(12).toString('hex')

export function createCommands({ to, become, run, shared, signal }: CommandsOptions): Commands {
  const once = async (
    command: Command,
    attempt: Attempt,
    socket: string | undefined,
  ): Promise<{ readonly answer: Answer | undefined; readonly result: ProcessResult }> => {
    const nonce = freshNonce()
    const line = remoteCommandLine({ script: command.script, operation: command.operation, nonce, args: command.args, become })
    const options = { timeoutMs: command.timeoutMs, ...(command.stdin && { stdin: command.stdin }), ...(signal && { signal }) }
    const result = await run('ssh', commandArguments(to, line, socket), options).catch((error: unknown) => {
      signal?.throwIfAborted()
      throw new ProblemError(clientProblem(attempt, error))
    })
    return { answer: parseAnswer(result.stdout, nonce), result }
  }

  /** Over the process that holds the shared connection, where that answers: it saves a process of ssh. What it does not answer is asked in the usual way. */
  const read = async ({ operation, args }: Command, attempt: Attempt): Promise<Answer | undefined> => {
    if (shared === undefined || attempt.writes) return undefined
    const nonce = freshNonce()
    const said = await unlessAborted(signal, shared.read(operation, args, nonce, attempt))
    return said && parseAnswer(said, nonce)
  }

  return {
    async ask(command, attempt) {
      const known = await read(command, attempt)
      if (known !== undefined) return known
      const socket = await unlessAborted(signal, attempt.writes ? shared?.provenPath(attempt) : shared?.path(attempt))
      const asked = once(command, attempt, socket)
      let { answer, result } = await (shared === undefined || socket === undefined || attempt.writes ? asked : shared.waitFor(asked))
      if (answer === undefined && socket !== undefined) {
        await shared?.distrust()
        if (attempt.writes) throw new ProblemError(connectionProblem(attempt, result, true))
        // What only reads may be asked again, as long as somebody wants the answer.
        signal?.throwIfAborted()
        ;({ answer, result } = await once(command, attempt, undefined))
      }
      if (answer === undefined && !attempt.writes) signal?.throwIfAborted()
      if (answer === undefined) throw new ProblemError(connectionProblem(attempt, result))
      return answer
    },
  }
}

/** A login that is under way is not waited for any more; whoever holds it ends it. */
async function unlessAborted<Value>(signal: AbortSignal | undefined, wanted: Promise<Value> | undefined): Promise<Value | undefined> {
  if (signal === undefined || wanted === undefined) return wanted
  signal.throwIfAborted()
  let abort = (): void => undefined
  const aborted = new Promise<never>((_resolve, reject) => {
    // The signal's reason is handed on as it is.
    abort = () => reject(signal.reason as Error)
    signal.addEventListener('abort', abort, { once: true })
  })
  return Promise.race([wanted, aborted]).finally(() => signal.removeEventListener('abort', abort))
}
