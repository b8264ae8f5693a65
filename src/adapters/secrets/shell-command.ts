import { execa } from 'execa'
import { endInTime } from '../system/end-in-time.ts'

export interface CommandOutcome {
  readonly stdout: string
  readonly stderr: string
  /** Why it gave nothing to use: "it ended with exit code 1"; undefined when it ended well. */
  readonly failure?: string
}

export type RunCommand = (command: string) => Promise<CommandOutcome>

/** Runs a command line through `sh -c`, without input, for at most `timeoutMs` (30 seconds unless told). */
export function createShell(options: { readonly timeoutMs?: number; readonly cwd?: string } = {}): RunCommand {
  const { timeoutMs = 30_000, cwd } = options
  return async (command) => {
    const running = execa('sh', ['-c', command], {
      stdin: 'ignore',
      reject: false,
      stripFinalNewline: false,
      ...(cwd !== undefined && { cwd }),
    })
    const ended = endInTime(running, timeoutMs)
    const { stdout, stderr, exitCode, signal, shortMessage } = await running
    if (ended()) return { stdout, stderr, failure: `it did not end within ${timeoutMs / 1_000} s` }
    if (exitCode === 0) return { stdout, stderr }
    return {
      stdout,
      stderr,
      failure:
        exitCode === undefined
          ? signal === undefined
            ? (shortMessage ?? 'it could not be started')
            : `it was ended by ${signal}`
          : `it ended with exit code ${exitCode}`,
    }
  }
}
