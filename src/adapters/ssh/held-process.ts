import type { Readable, Writable } from 'node:stream'
import { execa } from 'execa'
import { endsWithUs } from '../system/process-group.ts'
import type { ProcessResult } from './process-runner.ts'
import { MAXIMUM_OUTPUT_BYTES } from './process-runner.ts'

/** A process that runs until it is ended: a shared connection, a tunnel. */
export interface HeldProcess {
  alive(): boolean
  /**
   * Writes `line` to its stdin, once what was asked before is answered, and gives what its stdout says from then on until `end` stands there. Undefined: it ended
   * before, or said more than any answer has.
   */
  ask(line: string, end: string): Promise<Buffer | undefined>
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
    const onFirst = (chunk: Buffer): void => {
      stdout = (stdout + chunk.toString('utf8')).slice(-KEPT_OUTPUT)
      if (!stdout.includes(ready)) return
      // It goes on flowing: what nobody asked for is let go.
      child.stdout.off('data', onFirst).resume()
      resolve('shown')
    }
    child.stdout.on('data', onFirst)
  })
  let asked: Promise<unknown> = Promise.resolve()
  const ask = (line: string, last: string): Promise<Buffer | undefined> => {
    const answer = asked.then(() => (ended ? undefined : Promise.race([answerOf(child, line, last), over.then(() => undefined)])))
    asked = answer
    return answer
  }
  const end = async (how?: 'at-once'): Promise<void> => {
    child.stdin.end()
    child.kill(how === 'at-once' ? 'SIGKILL' : 'SIGTERM')
    if ((await within(over, PATIENCE_AT_THE_END_MS)) === 'late') child.kill('SIGKILL')
    await over
  }
  const first = await within(Promise.race([shown, over]), timeoutMs)
  if (first === 'shown') return { alive: () => !ended, ask, end }
  if (first === 'late') child.kill()
  const result = await over
  if (result.exitCode === undefined && result.signal === undefined && result.cause !== undefined) throw result.cause
  throw new NotHeld({ exitCode: result.exitCode ?? -1, stdout: Buffer.from(stdout), stderr, timedOut: first === 'late' })
}

function answerOf(child: { readonly stdin: Writable; readonly stdout: Readable }, line: string, last: string): Promise<Buffer | undefined> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = []
    let size = 0
    let tail = ''
    const done = (answer: Buffer | undefined): void => {
      child.stdout.off('data', onData)
      resolve(answer)
    }
    const onData = (chunk: Buffer): void => {
      chunks.push(chunk)
      size += chunk.length
      // The end may come in two pieces. Its bytes are ASCII, whatever stands before it.
      tail = (tail + chunk.toString('latin1')).slice(-(chunk.length + last.length))
      if (tail.includes(last)) return done(Buffer.concat(chunks))
      if (size > MAXIMUM_OUTPUT_BYTES) done(undefined)
    }
    child.stdout.on('data', onData)
    child.stdin.write(`${line}\n`)
  })
}

/** The value, or `late` once the time is over. */
export async function within<Value>(promise: Promise<Value>, milliseconds: number): Promise<Value | 'late'> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<'late'>((resolve) => (timer = setTimeout(() => resolve('late'), milliseconds)))
  return Promise.race([promise, late]).finally(() => clearTimeout(timer))
}
