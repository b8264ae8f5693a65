import type { Dispatcher } from 'undici'
import { deadline } from '../http/deadline.ts'
import { flatten } from '../http/headers.ts'
import type { FailureKind } from '../http/network-failure.ts'
import { networkFailure } from '../http/network-failure.ts'
import { NotSeen } from './not-seen.ts'
import { isProtected } from './registry-address.ts'

/** Registries accept manifests of at most 4 MiB. */
const MOST_BYTES = 4 * 1024 * 1024
const MOST_REDIRECTS = 3
const REDIRECTS = new Set([301, 302, 303, 307, 308])

export interface RegistryRequest {
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  /** Sent as a form, with POST. */
  readonly form?: URLSearchParams
}

export interface RegistryAnswer {
  readonly status: number
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>
  readonly bytes: Buffer
}

/** Any status is an answer; rejects with `NotSeen`. */
export type Exchange = (request: RegistryRequest) => Promise<RegistryAnswer>

export interface ExchangeOptions {
  readonly dispatcherFor: (origin: URL) => Dispatcher
  /** To the last byte of an answer. */
  readonly timeoutMs: number
}

/** One question, its redirects followed; other hosts are not told who asks. A form is never sent on to where it is redirected. */
export function createExchange({ dispatcherFor, timeoutMs }: ExchangeOptions): Exchange {
  async function once({ url, headers, form }: RegistryRequest): Promise<RegistryAnswer> {
    const limit = deadline(timeoutMs)
    try {
      return await limit.bound(read(dispatcherFor(url), { url, headers, ...(form && { form }) }, limit.signal))
    } catch (error) {
      if (limit.expired()) throw new NotSeen(`${url.host} gave no complete answer within ${timeoutMs / 1_000} s`, nextFor(url))
      throw error instanceof NotSeen ? error : lost(url, error)
    } finally {
      limit.clear()
    }
  }
  /** A kept connection may be ended by the other side just when it is used. */
  const again = (request: RegistryRequest, error: unknown): Promise<RegistryAnswer> => {
    if (error instanceof Lost && error.failure === 'reset' && request.form === undefined) return once(request)
    throw error
  }
  return async (request) => {
    let asked = request
    for (let redirects = 0; ; redirects++) {
      const answer = await once(asked).catch((error: unknown) => again(asked, error))
      if (!REDIRECTS.has(answer.status) || asked.form !== undefined) return answer
      if (redirects === MOST_REDIRECTS)
        throw new NotSeen(`${request.url.host} redirects more than ${MOST_REDIRECTS} times`, nextFor(request.url))
      asked = redirected(asked, answer)
    }
  }
}

async function read(dispatcher: Dispatcher, { url, headers, form }: RegistryRequest, signal: AbortSignal): Promise<RegistryAnswer> {
  const answer = await dispatcher.request({
    origin: url.origin,
    path: `${url.pathname}${url.search}`,
    method: form === undefined ? 'GET' : 'POST',
    headers: { ...headers, ...(form && { 'content-type': 'application/x-www-form-urlencoded' }) },
    ...(form && { body: form.toString() }),
    signal,
    headersTimeout: 0,
    bodyTimeout: 0,
  })
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of answer.body as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > MOST_BYTES) throw new NotSeen(`${url.host} answers with more than 4 MiB, which no manifest has`, nextFor(url))
    chunks.push(chunk)
  }
  return { status: answer.statusCode, headers: flatten(answer.headers), bytes: Buffer.concat(chunks) }
}

function redirected({ url, headers }: RegistryRequest, answer: RegistryAnswer): RegistryRequest {
  const location = answer.headers['location'] ?? ''
  const target = URL.canParse(location, url.href) ? new URL(location, url.href) : undefined
  if (location === '' || target === undefined) throw new NotSeen(`${url.host} redirects to nowhere`, nextFor(url))
  if (!isProtected(target)) throw new NotSeen(`${url.host} redirects to ${target.origin}, which is not protected by TLS`, nextFor(url))
  if (url.protocol === 'https:' && target.protocol === 'http:')
    throw new NotSeen(`${url.host} redirects from https to ${target.origin}`, nextFor(url))
  const told = Object.entries(headers).filter(([name]) => name !== 'authorization')
  return { url: target, headers: target.origin === url.origin ? headers : Object.fromEntries(told) }
}

class Lost extends NotSeen {
  readonly failure: FailureKind

  constructor(reason: string, next: readonly string[], failure: FailureKind) {
    super(reason, next)
    this.failure = failure
  }
}

function lost(url: URL, error: unknown): unknown {
  const failure = networkFailure(error)
  if (failure === undefined) return error
  const authority =
    failure.failure === 'tls' ? ["if it has an authority of its own, name that authority's file in NODE_EXTRA_CA_CERTS"] : nextFor(url)
  return new Lost(`${url.host} cannot be asked: ${failure.detail}`, authority, failure.failure)
}

const nextFor = (url: URL): readonly string[] => [`look whether ${url.origin}/v2/ answers from this machine`]
