import { randomBytes } from 'node:crypto'
import { ProblemError } from '../../domain/problem.ts'
import { parseAnswer } from './answer.ts'
import type { Answer } from './answer.ts'
import { commandArguments, remoteCommandLine } from './command-line.ts'
import type { Destination } from './command-line.ts'
import { clientProblem, connectionProblem } from './connection-problem.ts'
import type { Attempt } from './connection-problem.ts'
import type { ProcessHolder } from './held-process.ts'
import type { ProcessResult, ProcessRunner } from './process-runner.ts'
import { createSharedConnection } from './shared-connection.ts'
import type { WorkFolder } from './work-folder.ts'

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
  close(): Promise<void>
}

export interface CommandsOptions {
  readonly to: Destination
  readonly become: 'sudo' | undefined
  readonly folder: WorkFolder
  readonly run: ProcessRunner
  /** Without it every command has a connection of its own. */
  readonly hold: ProcessHolder | undefined
  readonly signal: AbortSignal | undefined
}

/** Of 96 bits, unpredictable: nothing else on the host can print it. */
const freshNonce = (): string => randomBytes(12).toString('hex')

export function createCommands({ to, become, folder, run, hold, signal }: CommandsOptions): Commands {
  const shared = hold && createSharedConnection(to, () => folder.socket(), freshNonce, run, hold)

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

  return {
    async ask(command, attempt) {
      const socket = await shared?.usable()
      let { answer, result } = await once(command, attempt, socket)
      if (answer === undefined && socket !== undefined) {
        await shared?.distrust()
        if (attempt.writes) throw new ProblemError(connectionProblem(attempt, result, true))
        // What only reads may be asked again.
        ;({ answer, result } = await once(command, attempt, undefined))
      }
      if (answer === undefined) throw new ProblemError(connectionProblem(attempt, result))
      if (socket === undefined) shared?.warmUp()
      return answer
    },
    async close() {
      await shared?.close()
    },
  }
}
