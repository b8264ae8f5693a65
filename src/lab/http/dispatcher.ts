import { Dispatcher, errors } from 'undici'
import type { LabHandler, LabRequest } from '../contract.ts'
import type { Receiver } from './receiver.ts'
import { receiverOf } from './receiver.ts'
import { labRequestOf } from './request.ts'
import { answerSafely } from './safely.ts'

/**
 * An undici dispatcher that answers from a handler without sockets. `drop` fails as undici fails when the other side
 * closes the connection (`UND_ERR_SOCKET`); an abort of the client aborts the request's signal.
 */
export function handlerDispatcher(handler: LabHandler): Dispatcher {
  return new HandlerDispatcher(handler)
}

class HandlerDispatcher extends Dispatcher {
  readonly #handler: LabHandler
  readonly #running = new Map<Promise<void>, (reason: Error) => void>()
  #ended: Error | undefined

  constructor(handler: LabHandler) {
    super()
    this.#handler = handler
  }

  override dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
    const receiver = receiverOf(handler)
    const ended = this.#ended
    if (ended !== undefined) {
      queueMicrotask(() => receiver.fail(ended))
      return true
    }
    const exchange = new Exchange(receiver)
    const run = this.#exchange(options, exchange).finally(() => this.#running.delete(run))
    this.#running.set(run, (reason) => exchange.fail(reason))
    return true
  }

  async #exchange(options: Dispatcher.DispatchOptions, exchange: Exchange): Promise<void> {
    exchange.begin()
    if (exchange.over) return
    let request: LabRequest
    try {
      request = await labRequestOf(options, exchange.signal)
    } catch (thrown) {
      exchange.fail(thrown instanceof Error ? thrown : new Error(String(thrown)))
      return
    }
    if (exchange.over) return
    const answer = await answerSafely(this.#handler, request)
    if (answer === 'drop') exchange.fail(new errors.SocketError('other side closed'))
    else exchange.answer(answer.status, answer.headers ?? {}, Buffer.from(answer.body), request.method === 'HEAD')
  }

  override close(): Promise<void>
  override close(callback: () => void): void
  override close(callback?: () => void): Promise<void> | void {
    this.#ended ??= new errors.ClientClosedError('The client is closed')
    return settled(Promise.all(this.#running.keys()), callback)
  }

  override destroy(): Promise<void>
  override destroy(error: Error | null): Promise<void>
  override destroy(callback: () => void): void
  override destroy(error: Error | null, callback: () => void): void
  override destroy(first?: Error | null | (() => void), second?: () => void): Promise<void> | void {
    const reason = first instanceof Error ? first : new errors.ClientDestroyedError('The client is destroyed')
    this.#ended = reason
    for (const fail of this.#running.values()) fail(reason)
    return settled(Promise.resolve(), typeof first === 'function' ? first : second)
  }
}

function settled(work: Promise<unknown>, callback: (() => void) | undefined): Promise<void> | void {
  if (callback === undefined) return work.then(() => undefined)
  void work.then(callback)
}

/** One request and its answer: whatever comes first, answer, failure or abort, ends it. */
class Exchange {
  over = false
  readonly #receiver: Receiver
  readonly #gone = new AbortController()

  constructor(receiver: Receiver) {
    this.#receiver = receiver
  }

  get signal(): AbortSignal {
    return this.#gone.signal
  }

  begin(): void {
    this.#receiver.begin((reason) => this.fail(reason))
  }

  answer(status: number, headers: Readonly<Record<string, string>>, body: Buffer, headersOnly: boolean): void {
    if (this.over) return
    this.over = true
    this.#receiver.answer(status, { 'content-length': String(body.length), ...headers }, headersOnly ? Buffer.alloc(0) : body)
  }

  fail(reason: Error): void {
    if (this.over) return
    this.over = true
    this.#gone.abort(reason)
    this.#receiver.fail(reason)
  }
}
