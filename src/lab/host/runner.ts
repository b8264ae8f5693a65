import { decodeCommand } from './command.ts'
import { runInDirectory, UNKNOWN_COMMAND } from './shell.ts'

/** The shape of the ssh adapter's ProcessRunner. */
export type LabProcessRunner = (
  file: string,
  args: readonly string[],
  options: { readonly stdin?: Uint8Array; readonly timeoutMs: number; readonly signal?: AbortSignal },
) => Promise<{ readonly exitCode: number; readonly stdout: Buffer; readonly stderr: string; readonly timedOut: boolean }>

export interface LabHostRunnerOptions {
  /** The host's root: its `/mnt/…` is below. */
  readonly directory: string
  readonly user?: string
}

/** The lab's host without sockets and without ssh: answers in place of the program `ssh`, whose last argument is the command line. */
export function createLabHostRunner({ directory, user = 'deploy' }: LabHostRunnerOptions): LabProcessRunner {
  return async (_file, args, { stdin }) => {
    const command = decodeCommand(args.at(-1) ?? '')
    const answer =
      command === undefined || command.operation === 'hold'
        ? UNKNOWN_COMMAND
        : await runInDirectory(command, stdin ?? new Uint8Array(), { directory, user })
    return { ...answer, timedOut: false }
  }
}
