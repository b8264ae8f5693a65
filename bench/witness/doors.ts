import { Agent, createServer as createHttpServer, request as httpRequest } from 'node:http'
import { connect, createServer } from 'node:net'
import type { Door, Passage } from './facts.ts'

/** Where whoever migrates is sent instead of the server's own address: what goes through is counted and otherwise left alone. */
export const DOORS: Readonly<Record<Door, string>> = {
  nomad: '127.0.0.1:14646',
  traefik: '127.0.0.1:18080',
  visit: '127.0.0.1:18443',
}

type Count = (passage: Passage) => void
const portOf = (address: string): number => Number(address.split(':')[1])

/** Counts requests: `server` is `host:port`. */
export function openHttpDoor(door: Door, server: string, count: Count): Promise<void> {
  const [host, port] = server.split(':')
  const agent = new Agent({ keepAlive: true, noDelay: true })
  const listening = createHttpServer((incoming, answer) => {
    const { method = 'GET', url = '/', headers } = incoming
    count({ type: 'passage', at: Date.now(), door, method, path: url.split('?')[0] ?? url })
    const outgoing = httpRequest({ host, port, agent, method, path: url, headers }, (response) => {
      answer.writeHead(response.statusCode ?? 502, response.headers)
      response.pipe(answer)
    })
    // Whoever asked and went away waits for no answer; a server that broke off is seen as broken off.
    outgoing.on('error', () => answer.destroy())
    answer.on('close', () => outgoing.destroy())
    incoming.pipe(outgoing)
  })
  listening.requestTimeout = 0
  return new Promise((resolve) => listening.listen(portOf(DOORS[door]), '127.0.0.1', () => resolve()))
}

/** Counts connections, and looks at nothing in them. */
export function openDoor(door: Door, server: string, count: Count): Promise<void> {
  const [host = '', port] = server.split(':')
  const listening = createServer({ allowHalfOpen: true }, (client) => {
    count({ type: 'passage', at: Date.now(), door, method: 'CONNECT', path: 'the site' })
    const upstream = connect({ host, port: Number(port), allowHalfOpen: true })
    for (const socket of [client, upstream]) socket.setNoDelay(true)
    client.pipe(upstream).pipe(client)
    client.on('error', () => upstream.destroy()).on('close', () => upstream.destroy())
    upstream.on('error', () => client.destroy()).on('close', () => client.destroy())
  })
  return new Promise((resolve) => listening.listen(portOf(DOORS[door]), '127.0.0.1', () => resolve()))
}
