import { spawn } from 'node:child_process'
import type { ChildProcess, ChildProcessByStdio } from 'node:child_process'
import type { Readable, Writable } from 'node:stream'
import { endsWithUs, signalGroup } from '../system/process-group.ts'

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
export const MAXIMUM_OUTPUT_BYTES = 20 * 1024 * 1024
/** How long one that was told to end may take before it is killed, milliseconds. */
const LAST_WORDS_MS = 1_000

/**
 * Node's own spawn: a script of several kilobytes is among the arguments, and what execa does with arguments for its messages takes longer than the
 * whole request.
 */
export const runProcess: ProcessRunner = (file, args, { stdin, timeoutMs, signal }) =>
  new Promise((resolve, reject) => {
    if (signal?.aborted === true) return resolve({ exitCode: -1, stdout: Buffer.alloc(0), stderr: '', timedOut: false })
    const child: ChildProcessByStdio<Writable, Readable, Readable> = spawn(file, args, { stdio: ['pipe', 'pipe', 'pipe'], detached: true })
    let timedOut = false
    let killing: NodeJS.Timeout | undefined
    // What it started may live on, or hold the pipes open: neither is waited for.
    const kill = (): void => {
      signalGroup(child, 'SIGKILL')
      child.stdout.destroy()
      child.stderr.destroy()
    }
    const end = (): void => {
      if (hasEnded(child)) return kill()
      if (killing !== undefined) return
      signalGroup(child, 'SIGTERM')
      killing = setTimeout(kill, LAST_WORDS_MS)
      child.once('exit', () => signalGroup(child, 'SIGKILL'))
    }
    const output = kept([child.stdout, child.stderr], end)
    const timer = setTimeout(() => {
      timedOut = true
      end()
    }, timeoutMs)
    const forgetIt = endsWithUs(child)
    signal?.addEventListener('abort', end, { once: true })
    const settled = (): void => {
      clearTimeout(timer)
      clearTimeout(killing)
      forgetIt()
      signal?.removeEventListener('abort', end)
    }
    child.once('error', (error) => {
      // One that was started tells its end by `close`.
      if (child.pid !== undefined) return
      settled()
      reject(error)
    })
    child.once('close', (code) => {
      settled()
      const [stdout = Buffer.alloc(0), stderr = Buffer.alloc(0)] = output()
      resolve({ exitCode: code ?? -1, stdout, stderr: stderr.toString('utf8'), timedOut })
    })
    // It may end without having read all of it; its answer says what it made of that.
    child.stdin.on('error', () => {})
    child.stdin.end(stdin)
  })

const hasEnded = ({ exitCode, signalCode }: ChildProcess): boolean => exitCode !== null || signalCode !== null

/** All that the streams say; `tooMuch` is called where one says more than any answer has. */
function kept(streams: readonly Readable[], tooMuch: () => void): () => readonly Buffer[] {
  const said = streams.map((stream) => {
    const chunks: Buffer[] = []
    let size = 0
    stream.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size > MAXIMUM_OUTPUT_BYTES) return tooMuch()
      chunks.push(chunk)
    })
    return chunks
  })
  return () => said.map((chunks) => Buffer.concat(chunks))
}
