import { PassThrough, Writable } from 'node:stream'
import type { Environment, Io, SignalName } from '../../src/cli/io.ts'

class Page extends Writable {
  text = ''
  readonly isTTY: boolean
  columns: number

  constructor(isTTY: boolean, columns: number) {
    super()
    this.isTTY = isTTY
    this.columns = columns
  }

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk.toString('utf8')
    done()
  }

  // What ora asks of a terminal.
  cursorTo(): boolean {
    return true
  }
  moveCursor(): boolean {
    return true
  }
  clearLine(): boolean {
    return true
  }
}

export interface FakeIo extends Io {
  readonly out: () => string
  readonly err: () => string
  readonly typed: PassThrough
  /** Sends a signal to whoever listens. */
  readonly send: (signal: SignalName) => void
  /** Moves the wall clock. */
  readonly advance: (milliseconds: number) => void
  readonly listeners: () => number
}

/** A pipe, or a terminal of some width; signals and time are given by hand. */
export function fakeIo(options: { readonly tty?: boolean; readonly columns?: number; readonly env?: Environment } = {}): FakeIo {
  const tty = options.tty ?? false
  const stdout = new Page(tty, options.columns ?? 80)
  const stderr = new Page(tty, options.columns ?? 80)
  const stdin = Object.assign(new PassThrough(), { isTTY: tty, isRaw: false, setRawMode: () => stdin })
  const listening = new Map<SignalName, Set<() => void>>()
  let now = Date.UTC(2026, 10, 21, 9, 30, 0)
  return {
    stdin,
    stdout,
    stderr,
    typed: stdin,
    env: { TERM: 'xterm', ...options.env },
    now: () => now,
    sleep: () => new Promise((resolve) => void setImmediate(resolve)),
    onSignal: (signal, listener) => {
      const all = listening.get(signal) ?? new Set()
      listening.set(signal, all.add(listener))
      return () => void all.delete(listener)
    },
    out: () => stdout.text,
    err: () => stderr.text,
    send: (signal) => listening.get(signal)?.forEach((listener) => listener()),
    advance: (milliseconds) => void (now += milliseconds),
    listeners: () => [...listening.values()].reduce((sum, each) => sum + each.size, 0),
  }
}
