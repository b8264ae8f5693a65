import type { Dispatcher } from 'undici'
import { request } from 'undici'
import type { Json } from '../../src/domain/json.ts'
import type { RawAnswer } from './world.ts'

export interface Ask {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Json | undefined
}

/** One request without an adapter. */
export async function askRaw(
  dispatcher: Dispatcher,
  url: string,
  { method, headers = {}, body }: Ask,
): Promise<RawAnswer & { readonly index: number }> {
  const answer = await request(url, {
    dispatcher,
    method,
    headers,
    ...(body !== undefined && { body: JSON.stringify(body) }),
    headersTimeout: 60_000,
  })
  const text = await answer.body.text()
  const contentType = String(answer.headers['content-type'] ?? '')
  return {
    status: answer.statusCode,
    contentType,
    body: contentType.startsWith('application/json') ? (JSON.parse(text) as Json) : text,
    index: Number(answer.headers['x-nomad-index'] ?? 0),
  }
}
