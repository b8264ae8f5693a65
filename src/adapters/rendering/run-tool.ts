import { endsWithUs, signalGroup } from '../system/process-group.ts'

export interface ToolCall {
  readonly args: readonly string[]
  /** The whole environment of the process. */
  readonly env: Readonly<Record<string, string>>
  readonly folder: string
  /** Written to the process, then end of file; empty unless told. */
  readonly stdin?: string
  /** Until it is ended, milliseconds; 60,000 unless told. */
  readonly timeoutMs?: number
}

export type ToolOutcome =
  | { readonly ran: true; readonly exitCode: number; readonly stdout: string; readonly stderr: string }
  /** There is no such program, or it may not be run. */
  | { readonly ran: false; readonly reason: string }

/** Runs the program to its end. A parameter of the adapter, so that tests can stand in for a tool of another version. */
export type RunTool = (program: string, call: ToolCall) => Promise<ToolOutcome>

/** Rendering takes a tenth of a second; a chart that loops is not waited for. */
const TIMEOUT_MS = 60_000
/** How long one that was told to end may take before it is killed, milliseconds. */
const LAST_WORDS_MS = 1_000
const MAXIMUM_OUTPUT_BYTES = 64 * 1024 * 1024

export const runTool: RunTool = async (program, { args, env, folder, stdin = '', timeoutMs = TIMEOUT_MS }) => {
  // A plan without charts starts no tool: what it takes to start one is loaded here.
  const { execa } = await import('execa')
  const running = execa(program, args, {
    cwd: folder,
    env,
    extendEnv: false,
    input: stdin,
    reject: false,
    stripFinalNewline: false,
    detached: true,
    maxBuffer: { stdout: MAXIMUM_OUTPUT_BYTES, stderr: 1024 * 1024 },
  })
  const forgetIt = endsWithUs(running)
  let timedOut = false
  // What it started (a post-renderer, a plugin) may live on, or hold the pipes open: neither is waited for.
  const kill = (): void => {
    signalGroup(running, 'SIGKILL')
    running.stdout.destroy()
    running.stderr.destroy()
  }
  let killing: NodeJS.Timeout | undefined
  const timer = setTimeout(() => {
    timedOut = true
    if (running.exitCode !== null || running.signalCode !== null) return kill()
    signalGroup(running, 'SIGTERM')
    killing = setTimeout(kill, LAST_WORDS_MS)
    running.once('exit', () => signalGroup(running, 'SIGKILL'))
  }, timeoutMs)
  const result = await running
  clearTimeout(timer)
  clearTimeout(killing)
  forgetIt()
  const { exitCode, stdout, stderr, signal } = result
  const ended = (why: string): ToolOutcome => ({ ran: true, exitCode: -1, stdout, stderr: `${stderr}\n${why}` })
  if (timedOut) return ended(`it did not end within ${timeoutMs / 1_000} s`)
  if (exitCode !== undefined) return { ran: true, exitCode, stdout, stderr }
  if (signal !== undefined) return ended(`it was ended by ${signal}`)
  return { ran: false, reason: result.originalMessage ?? result.shortMessage ?? 'it could not be started' }
}
