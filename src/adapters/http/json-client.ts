import type { Dispatcher } from 'undici'

import type { Json } from '../../domain/json.ts'
import { ProblemError } from '../../domain/problem.ts'
import { deadline } from './deadline.ts'
import type { TlsOptions } from './dispatcher.ts'
import { createDispatcher } from './dispatcher.ts'
import { flatten } from './headers.ts'
import type { NetworkFailure } from './network-failure.ts'
import { networkFailure } from './network-failure.ts'
import { unreachable } from './unreachable.ts'

export interface JsonClientOptions {
  /** May have a path (`https://rancher/k8s/clusters/c1`); paths of requests are appended to it. */
  readonly baseUrl: string
  /** Answers instead of the network: the lab, a tunnel. Stays the caller's, who closes it. */
  readonly dispatcher?: Dispatcher
  /** Asked before each request, so that a token may change. */
  readonly headers: () => Promise<Readonly<Record<string, string>>>
  readonly tls?: TlsOptions
  /** To the last byte of an answer. */
  readonly timeoutMs: number
  /** Where `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY` come from; `process.env` unless told. */
  readonly env?: Readonly<Record<string, string | undefined>>
}

export type Method = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
export type QueryValue = string | number | boolean | undefined | readonly string[]

export interface JsonRequestOptions {
  /** `undefined` members are left out, lists repeat the name. */
  readonly query?: Readonly<Record<string, QueryValue>>
  /** Sent as JSON. */
  readonly body?: Json
  /** `application/json` unless told. */
  readonly contentType?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly timeoutMs?: number
  readonly signal?: AbortSignal
  /** A POST that only asks (an access review): it goes where reads go, and is asked again as they are. */
  readonly onlyAsks?: boolean
}

export interface JsonResponse {
  readonly status: number
  /** Lower-case names; repeated ones joined with `, `. */
  readonly headers: Readonly<Record<string, string>>
  /** Undefined where the answer is not JSON (an empty body, an error page); `text` always has it as sent. */
  readonly body: Json | undefined
  readonly text: string
}

export interface JsonClient {
  /**
   * One request, any status is an answer. Rejects with the signal's reason when it aborts, otherwise with the problem `unreachable`:
   * effect `no` where the connection never stood, `unknown` else. What only asks is asked a second time when the connection was reset.
   */
  request(method: Method, path: string, options?: JsonRequestOptions): Promise<JsonResponse>
  /** Attempts so far, second tries included. */
  readonly requestCount: number
  /** Ends kept connections and requests still under way; a dispatcher that was given stays open. */
  close(): Promise<void>
}

/** The HTTP client of the Kubernetes and Nomad adapters: JSON in and out over kept connections, failures as problems. */
export function createJsonClient(options: JsonClientOptions): JsonClient {
  const base = parseBaseUrl(options.baseUrl)
  const { tls, timeoutMs, env = process.env } = options
  const own = (use: 'reads' | 'writes'): Dispatcher =>
    options.dispatcher ?? createDispatcher(base, { tls, env, connectTimeoutMs: Math.min(timeoutMs, 10_000), use })
  const dispatchers = { reads: own('reads'), writes: own('writes') }
  let requestCount = 0

  async function exchange(
    method: Method,
    target: string,
    request: JsonRequestOptions,
    headers: Record<string, string>,
    signal: AbortSignal,
  ): Promise<JsonResponse> {
    requestCount++
    const answer = await dispatchers[isRead(method, request) ? 'reads' : 'writes'].request({
      origin: base.origin,
      path: target,
      method,
      headers,
      signal,
      // The deadline is ours; undici's own five minutes would cut Nomad's blocking queries short.
      headersTimeout: 0,
      bodyTimeout: 0,
      ...(request.body !== undefined && { body: JSON.stringify(request.body) }),
    })
    const text = await answer.body.text()
    return { status: answer.statusCode, headers: flatten(answer.headers), body: parseBody(text), text }
  }

  async function attempt(
    method: Method,
    target: string,
    request: JsonRequestOptions,
    headers: Record<string, string>,
  ): Promise<JsonResponse> {
    const limit = deadline(request.timeoutMs ?? options.timeoutMs, request.signal)
    try {
      return await limit.bound(exchange(method, target, request, headers, limit.signal))
    } catch (error) {
      throw limit.expired() ? new TimedOut(limit.milliseconds) : error
    } finally {
      limit.clear()
    }
  }

  async function request(method: Method, path: string, given: JsonRequestOptions = {}): Promise<JsonResponse> {
    const target = `${base.pathname.replace(/\/$/, '')}${path}${queryText(path, given.query)}`
    for (let retried = false; ; retried = true) {
      given.signal?.throwIfAborted()
      const headers = await requestHeaders(options, given)
      try {
        return await attempt(method, target, given, headers)
      } catch (error) {
        given.signal?.throwIfAborted()
        const failure = error instanceof TimedOut ? error.failure : networkFailure(error)
        if (failure === undefined) throw error
        const mayRepeat = !retried && failure.failure === 'reset' && isRead(method, given)
        if (!mayRepeat) throw new ProblemError(unreachable(base.origin, `${method} ${target}`, failure))
      }
    }
  }

  return {
    request,
    get requestCount() {
      return requestCount
    },
    close: async () => {
      if (options.dispatcher === undefined) await Promise.all([dispatchers.reads.destroy(), dispatchers.writes.destroy()])
    },
  }
}

const isRead = (method: Method, { onlyAsks }: JsonRequestOptions): boolean => method === 'GET' || method === 'HEAD' || onlyAsks === true

class TimedOut extends Error {
  readonly failure: NetworkFailure

  constructor(milliseconds: number) {
    super('timed out')
    this.failure = { failure: 'timeout', detail: `no complete answer within ${milliseconds} ms`, neverSent: false }
  }
}

function parseBaseUrl(text: string): URL {
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return new URL(text)
  throw new ProblemError({
    code: 'url-invalid',
    summary: `${JSON.stringify(text)} is no http or https URL`,
    next: ['write it whole, like https://nomad.example:4646'],
    effect: 'no',
  })
}

async function requestHeaders(options: JsonClientOptions, request: JsonRequestOptions): Promise<Record<string, string>> {
  return {
    accept: 'application/json',
    ...(request.body !== undefined && { 'content-type': request.contentType ?? 'application/json' }),
    ...(await options.headers()),
    ...request.headers,
  }
}

function queryText(path: string, query: Readonly<Record<string, QueryValue>> = {}): string {
  const parameters = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) {
    if (value === undefined) continue
    for (const each of typeof value === 'object' ? value : [String(value)]) parameters.append(name, each)
  }
  const text = parameters.toString()
  return text === '' ? '' : `${path.includes('?') ? '&' : '?'}${text}`
}

function parseBody(text: string): Json | undefined {
  if (text.trim() === '') return undefined
  try {
    const parsed: Json = JSON.parse(text)
    return parsed
  } catch {
    return undefined
  }
}
