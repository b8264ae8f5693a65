import type { IncomingMessage } from 'node:http'

import type { JsonClient, JsonClientOptions } from '../../../src/adapters/http/json-client.ts'
import { createJsonClient } from '../../../src/adapters/http/json-client.ts'
import type { Loopback } from './loopback.ts'
import { httpServer } from './loopback.ts'

/** A client without headers of its own, a proxy or patience. */
export const jsonClient = (baseUrl: string, options: Partial<JsonClientOptions> = {}): JsonClient =>
  createJsonClient({ baseUrl, headers: () => Promise.resolve({}), timeoutMs: 5_000, env: {}, ...options })

/** A server that answers with what it was asked. */
export const echoServer = (): Promise<Loopback> =>
  httpServer((request, response) => {
    void bodyOf(request).then((body) => {
      response.setHeader('content-type', 'application/json')
      response.end(JSON.stringify({ method: request.method, url: request.url, headers: request.headers, body }))
    })
  })

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = ''
  for await (const chunk of request) text += String(chunk)
  return text
}
