import type { RequestListener } from 'node:http'
import { createServer as createHttpServer } from 'node:http'
import type { AddressInfo, Server, Socket } from 'node:net'
import { createServer as createNetServer } from 'node:net'
import { afterEach } from 'vitest'

export interface Loopback {
  readonly port: number
  /** `127.0.0.1:PORT`. */
  readonly address: string
  readonly connections: () => number
  readonly close: () => Promise<void>
}

/** Any server on a port of the system's choice; `close` also ends its connections. */
export async function listen(server: Server, path?: string): Promise<Loopback> {
  const sockets = new Set<Socket>()
  let connections = 0
  server.on('connection', (socket: Socket) => {
    connections++
    sockets.add(socket)
    socket.on('error', () => {})
    socket.on('close', () => sockets.delete(socket))
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    if (path === undefined) server.listen(0, '127.0.0.1', resolve)
    else server.listen(path, resolve)
  })
  const bound = server.address()
  const port = typeof bound === 'object' && bound !== null ? (bound satisfies AddressInfo).port : 0
  return {
    port,
    address: `127.0.0.1:${port}`,
    connections: () => connections,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        for (const socket of sockets) socket.destroy()
      }),
  }
}

export const httpServer = (listener: RequestListener, path?: string): Promise<Loopback> => listen(createHttpServer(listener), path)
/** A server that does as told with each connection: garbage, half answers, resets. */
export const rawServer = (onConnection: (socket: Socket, index: number) => void): Promise<Loopback> => {
  let index = 0
  return listen(createNetServer((socket) => onConnection(socket, index++)))
}

/** A port that nobody listens on (just closed again). */
export async function closedPort(): Promise<number> {
  const server = await rawServer(() => {})
  await server.close()
  return server.port
}

/** Gives a function that remembers what is to be closed after each test, latest first, and hands it on. */
export function closedAfterEach(): <Closable extends { close(): Promise<void> }>(each: Closable) => Closable {
  const open: { close(): Promise<void> }[] = []
  afterEach(async () => {
    for (const each of open.splice(0)) await each.close()
  })
  return (each) => {
    open.unshift(each)
    return each
  }
}
