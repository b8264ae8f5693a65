import { request } from 'undici'
import type { Agent } from 'undici'
import type { Trust } from './gateway.ts'
import { worldAgent } from './gateway.ts'

const LONGEST_MS = 10_000

export interface Asked {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  readonly headers?: Readonly<Record<string, string>>
  /** A string goes as it is; anything else as JSON. */
  readonly body?: unknown
}

export interface Answered {
  readonly status: number
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
  readonly body: string
}

/** Asks servers of a world from outside of it, through the gateway. */
export interface Client {
  readonly agent: Agent
  ask(url: string, asked?: Asked): Promise<Answered>
  close(): Promise<void>
}

export function clientOf(gateway: string, trust: Trust = {}, to?: string): Client {
  const agent = worldAgent(gateway, trust, to)
  return {
    agent,
    ask: async (url, { method = 'GET', headers = {}, body } = {}) => {
      const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body)
      const type = text === undefined || 'content-type' in headers ? {} : { 'content-type': 'application/json' }
      const response = await request(url, {
        dispatcher: agent,
        method,
        headers: { ...type, ...headers },
        signal: AbortSignal.timeout(LONGEST_MS),
        ...(text === undefined ? {} : { body: text }),
      })
      return { status: response.statusCode, headers: response.headers, body: await response.body.text() }
    },
    close: () => agent.destroy(),
  }
}

/** Whether the server answers 2xx; a refused connection is no answer. */
export const answersWell = async (client: Client, url: string, asked: Asked = {}): Promise<boolean> => {
  const { status } = await client.ask(url, asked)
  return status >= 200 && status < 300
}
