import type { Interrupt } from '../../engine/contract.ts'
import type { Io, SignalName } from '../io.ts'

export interface Listening {
  readonly interrupt: Interrupt
  /** A Ctrl-C that arrived as a key of a prompt. */
  readonly request: (signal: SignalName) => void
  readonly stop: () => void
}

const SIGNALS: readonly SignalName[] = ['SIGINT', 'SIGTERM', 'SIGHUP']

/** First signal: finish or settle, record, stop. Second: now. `say` tells the person which of the two it was. */
export function listenForInterrupt(io: Pick<Io, 'onSignal'>, say: (which: 'requested' | 'now', signal: SignalName) => void): Listening {
  const requested = new AbortController()
  const now = new AbortController()
  let first: SignalName = 'SIGINT'
  const request = (signal: SignalName): void => {
    if (now.signal.aborted) return
    if (!requested.signal.aborted) {
      first = signal
      say('requested', signal)
      requested.abort(new Error(`interrupted by ${signal}`))
      return
    }
    say('now', signal)
    now.abort(new Error(`interrupted twice, by ${signal}`))
  }
  const off = SIGNALS.map((signal) => io.onSignal(signal, () => request(signal)))
  return {
    interrupt: { requested: requested.signal, now: now.signal, signalName: () => first },
    request,
    stop: () => off.forEach((each) => each()),
  }
}
