import type { IncomingHttpHeaders } from 'node:http'
import type { Dispatcher } from 'undici'

/** Whoever gets the answer, in either of undici's two handler styles. */
export interface Receiver {
  begin(abort: (reason: Error) => void): void
  answer(status: number, headers: Readonly<Record<string, string>>, body: Buffer): void
  fail(error: Error): void
}

/** undici 7 still hands `onConnect/onHeaders/…` in `request()` and `onRequestStart/…` in its newer wrappers: both are served. */
export function receiverOf(handler: Dispatcher.DispatchHandler): Receiver {
  return handler.onRequestStart === undefined ? legacyReceiver(handler) : controllerReceiver(handler)
}

function legacyReceiver(handler: Dispatcher.DispatchHandler): Receiver {
  return {
    begin: (abort) => handler.onConnect?.((reason) => abort(reason ?? new Error('aborted by the client'))),
    answer(status, headers, body) {
      const raw = Object.entries(headers).flatMap(([name, value]) => [Buffer.from(name, 'latin1'), Buffer.from(value, 'latin1')])
      handler.onHeaders?.(status, raw, () => undefined, '')
      if (body.length > 0) handler.onData?.(body)
      handler.onComplete?.([])
    },
    fail: (error) => handler.onError?.(error),
  }
}

/** The whole body is in memory, so that a paused reader only buffers it: pause and resume have nothing to hold back. */
class Controller implements Dispatcher.DispatchController {
  paused = false
  reason: Error | null = null
  readonly #abort: (reason: Error) => void

  constructor(abort: (reason: Error) => void) {
    this.#abort = abort
  }

  get aborted(): boolean {
    return this.reason !== null
  }

  abort(reason: Error): void {
    if (this.reason !== null) return
    this.reason = reason
    this.#abort(reason)
  }

  pause(): void {
    this.paused = true
  }

  resume(): void {
    this.paused = false
  }
}

function controllerReceiver(handler: Dispatcher.DispatchHandler): Receiver {
  let controller = new Controller(() => undefined)
  return {
    begin(abort) {
      controller = new Controller(abort)
      handler.onRequestStart?.(controller, {})
    },
    answer(status, headers, body) {
      const incoming: IncomingHttpHeaders = { ...headers }
      handler.onResponseStart?.(controller, status, incoming, '')
      if (body.length > 0) handler.onResponseData?.(controller, body)
      handler.onResponseEnd?.(controller, {})
    },
    fail: (error) => handler.onResponseError?.(controller, error),
  }
}
