import { execa } from 'execa'

export interface ProcessResult {
  /** -1 where the process was ended by a signal. */
  readonly exitCode: number
  readonly stdout: Buffer
  readonly stderr: string
  readonly timedOut: boolean
}

export interface ProcessOptions {
  /** Written to the process, then end of file. Without it stdin is empty. */
  readonly stdin?: Uint8Array
  readonly timeoutMs: number
  readonly signal?: AbortSignal
}

/** Runs one program to its end. Any exit code is a result; rejects only where the program could not be started. A parameter, so that the lab can answer. */
export type ProcessRunner = (file: string, args: readonly string[], options: ProcessOptions) => Promise<ProcessResult>

/** What an answer may have at most: a file of 16 MiB and room for noise around it. */
const MAXIMUM_OUTPUT_BYTES = 20 * 1024 * 1024

export const runProcess: ProcessRunner = async (file, args, { stdin, timeoutMs, signal }) => {
  const result = await execa(file, args, {
    ...(stdin === undefined ? { stdin: 'ignore' as const } : { input: stdin }),
    ...(signal !== undefined && { cancelSignal: signal }),
    encoding: 'buffer',
    stripFinalNewline: false,
    reject: false,
    timeout: timeoutMs,
    forceKillAfterDelay: 1_000,
    maxBuffer: MAXIMUM_OUTPUT_BYTES,
  })
  if (result.exitCode === undefined && result.signal === undefined && result.cause !== undefined) throw result.cause
  return {
    exitCode: result.exitCode ?? -1,
    stdout: Buffer.from(result.stdout),
    stderr: Buffer.from(result.stderr).toString('utf8'),
    timedOut: result.timedOut,
  }
}
