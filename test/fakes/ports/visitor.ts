import type { HttpExchange, HttpRequest, VisitorPort } from '../../../src/domain/ports/index.ts'

export const answered = (status: number, body = ''): HttpExchange => ({ ok: true, status, headers: {}, body, timings: { done: 1 } })
export const notAnswered = (failure: Extract<HttpExchange, { ok: false }>['failure']): HttpExchange => ({
  ok: false,
  failure,
  detail: failure,
  timings: {},
})

/** A visitor whose requests are kept, answered by a function. */
export class FakeVisitor implements VisitorPort {
  readonly requests: HttpRequest[] = []
  answer: (request: HttpRequest) => HttpExchange = () => answered(200)

  async ask(request: HttpRequest, signal?: AbortSignal): Promise<HttpExchange> {
    signal?.throwIfAborted()
    this.requests.push(request)
    return this.answer(request)
  }
}
