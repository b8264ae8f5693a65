import type { Dispatcher } from 'undici'
import type { Clock } from '../../domain/ports/clock.ts'
import type { JsonClient, JsonRequestOptions, JsonResponse, Method } from '../http/json-client.ts'
import { createJsonClient } from '../http/json-client.ts'
import type { ClusterConnection, Connect } from './connection.ts'

export interface SessionOptions {
  readonly connect: Connect
  readonly clock: Clock
  /** Answers instead of the network: the lab. */
  readonly dispatcher?: Dispatcher
  readonly timeoutMs: number
}

/** Requests to one API server with credentials that are renewed when it refuses them. */
export interface Session {
  connection(): Promise<ClusterConnection>
  /** Any status is an answer; rejects only when there is none (problem `unreachable`) or no credentials can be had. */
  request(method: Method, path: string, options?: JsonRequestOptions): Promise<JsonResponse>
  /** Now, by the server's clock as its last answer told it (to the second): ages of objects are measured by the clock that stamped them. */
  serverTime(): number
  close(): Promise<void>
}

interface Opened {
  readonly connection: ClusterConnection
  readonly client: JsonClient
}

/**
 * Connects on first use. A 401 means that nothing happened, so the credentials are read afresh once (a rotated token file, an exec
 * plugin's expired token, a renewed client certificate) and the request goes again.
 */
export function openSession(options: SessionOptions): Session {
  let opened: Promise<Opened> | undefined
  let aheadMs = 0
  /** Clients whose credentials were refused: other requests may still be under way on them, so they end with the session. */
  const clients: JsonClient[] = []

  const open = async (): Promise<Opened> => {
    const connection = await options.connect()
    const client = createJsonClient({
      baseUrl: connection.server,
      headers: () => connection.headers(),
      tls: connection.tls,
      timeoutMs: options.timeoutMs,
      ...(options.dispatcher && { dispatcher: options.dispatcher }),
    })
    clients.push(client)
    return { connection, client }
  }
  const current = (): Promise<Opened> => {
    opened ??= open().catch((thrown: unknown) => {
      opened = undefined
      throw thrown
    })
    return opened
  }

  return {
    connection: async () => (await current()).connection,
    serverTime: () => options.clock.now() + aheadMs,
    request: async (method, path, request) => {
      const used = current()
      let answer = await (await used).client.request(method, path, request)
      if (answer.status === 401) {
        if (opened === used) opened = undefined
        answer = await (await current()).client.request(method, path, request)
      }
      const stamped = Date.parse(answer.headers['date'] ?? '')
      if (!Number.isNaN(stamped)) aheadMs = stamped - options.clock.now()
      return answer
    },
    close: async () => {
      opened = undefined
      await Promise.all(clients.splice(0).map((client) => client.close()))
    },
  }
}
