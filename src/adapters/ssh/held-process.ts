import { execa } from 'execa'
import { endsWithUs } from '../system/process-group.ts'
import type { ProcessResult } from './process-runner.ts'

/** A process that runs until it is ended: a shared connection, a tunnel. */
export interface HeldProcess {
  alive(): boolean
  /** Ends it (SIGTERM), and kills it where that does not; `at-once` where it hangs. */
  end(how?: 'at-once'): Promise<void>
}

/** It ended, or said nothing in time, before it was ready. */
export class NotHeld extends Error {
  readonly result: ProcessResult

  constructor(result: ProcessResult) {
    super('the process ended before it was ready')
    this.name = 'NotHeld'
    this.result = result
  }
}

/** Starts a program and resolves once its stdout has shown `ready`; rejects with NotHeld. Its stdin stays open as long as we live. `signal` ends it. */
export type ProcessHolder = (
  file: string,
  args: readonly string[],
  options: { readonly ready: string; readonly timeoutMs: number; readonly signal?: AbortSignal },
) => Promise<HeldProcess>

const PATIENCE_AT_THE_END_MS = 2_000
const KEPT_OUTPUT = 16_384

export const holdProcess: ProcessHolder = async (file, args, { ready, timeoutMs, signal }) => {
  const child = execa(file, args, {
    ...(signal !== undefined && { cancelSignal: signal }),
    stdin: 'pipe',
    stdout: 'pipe',
    stderr: 'pipe',
    buffer: false,
    reject: false,
    forceKillAfterDelay: 1_000,
    detached: true,
  })
  const forgetIt = endsWithUs(child)
  let ended = false
  let stdout = ''
  let stderr = ''
  const over = child.then((result) => {
    ended = true
    forgetIt()
    return result
  })
  child.stdin.on('error', () => {}) // It ended first; `over` says so.
  child.stderr.on('data', (chunk: Buffer) => (stderr = (stderr + chunk.toString('utf8')).slice(-KEPT_OUTPUT)))
  const shown = new Promise<'shown'>((resolve) => {
    child.stdout.on('data', (chunk: Buffer) => {
      stdout = (stdout + chunk.toString('utf8')).slice(-KEPT_OUTPUT)
      if (stdout.includes(ready)) resolve('shown')
    })
  })
  const end = async (how?: 'at-once'): Promise<void> => {
    child.stdin.end()
    child.kill(how === 'at-once' ? 'SIGKILL' : 'SIGTERM')
    if ((await within(over, PATIENCE_AT_THE_END_MS)) === 'late') child.kill('SIGKILL')
    await over
  }
  const first = await within(Promise.race([shown, over]), timeoutMs)
  if (first === 'shown') return { alive: () => !ended, end }
  if (first === 'late') child.kill()
  const result = await over
  if (result.exitCode === undefined && result.signal === undefined && result.cause !== undefined) throw result.cause
  throw new NotHeld({ exitCode: result.exitCode ?? -1, stdout: Buffer.from(stdout), stderr, timedOut: first === 'late' })
}

async function within<Value>(promise: Promise<Value>, milliseconds: number): Promise<Value | 'late'> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<'late'>((resolve) => (timer = setTimeout(() => resolve('late'), milliseconds)))
  return Promise.race([promise, late]).finally(() => clearTimeout(timer))
}
