import { decodeCommand } from './command.ts'
import { answerCommand } from './shell.ts'
import type { LabUnits } from './units.ts'

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
  /** Its systemd; without it the host has none. */
  readonly units?: LabUnits
}

/** The lab's host without sockets and without ssh: answers in place of the program `ssh`, whose last argument is the command line. */
export function createLabHostRunner({ directory, user = 'deploy', units }: LabHostRunnerOptions): LabProcessRunner {
  return async (_file, args, { stdin }) => {
    const command = decodeCommand(args.at(-1) ?? '')
    const answer = await answerCommand(command, stdin ?? new Uint8Array(), { directory, user, units })
    return { ...answer, timedOut: false }
  }
}
