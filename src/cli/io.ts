import { setTimeout as sleep } from 'node:timers/promises'

/** A stream to write to, as `process.stdout` is one. */
export type Output = NodeJS.WritableStream & { readonly isTTY?: boolean; readonly columns?: number }
export type Input = NodeJS.ReadableStream & { readonly isTTY?: boolean }
export type SignalName = 'SIGINT' | 'SIGTERM' | 'SIGHUP'
export type Environment = Readonly<Record<string, string | undefined>>

/** The process as the command line sees it; tests give a small one. */
export interface Io {
  readonly stdin: Input
  readonly stdout: Output
  readonly stderr: Output
  readonly env: Environment
  /** Wall clock, milliseconds since the epoch. */
  readonly now: () => number
  readonly sleep: (milliseconds: number) => Promise<void>
  /** Listens until the returned function is called. */
  readonly onSignal: (signal: SignalName, listener: () => void) => () => void
}

/** The real one. */
export function processIo(process: NodeJS.Process): Io {
  return {
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    env: process.env,
    now: () => Date.now(),
    sleep: (milliseconds) => sleep(milliseconds, undefined, { ref: false }),
    onSignal: (signal, listener) => {
      process.on(signal, listener)
      return () => void process.off(signal, listener)
    },
  }
}

const isSet = (value: string | undefined): boolean => value !== undefined && value !== ''

/** A terminal that can move its cursor. CI logs are pipes, even where they pretend to be terminals. */
export function isLive(output: { readonly isTTY?: boolean }, env: Environment): boolean {
  return output.isTTY === true && env['TERM'] !== 'dumb' && (!isSet(env['CI']) || env['CI'] === 'false')
}

/** A person can be asked only where both their keyboard and their screen are ours. */
export function canAsk(io: Pick<Io, 'stdin' | 'stdout' | 'env'>): boolean {
  return io.stdin.isTTY === true && isLive(io.stdout, io.env)
}

/** Colour: never with --no-color or NO_COLOR (no-color.org), always with FORCE_COLOR, else only on a terminal. */
export function wantsColour(output: { readonly isTTY?: boolean }, env: Environment, flag: boolean): boolean {
  if (!flag || isSet(env['NO_COLOR'])) return false
  if (isSet(env['FORCE_COLOR'])) return env['FORCE_COLOR'] !== '0' && env['FORCE_COLOR'] !== 'false'
  return isLive(output, env)
}
