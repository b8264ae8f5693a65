import type { Socket } from 'node:net'
import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'

import { createKeptVisitor } from '../../../src/adapters/http/kept-visitor.ts'
import { temporaryFolder } from '../child.ts'
import type { Loopback } from './loopback.ts'
import { closedAfterEach, closedPort, httpServer, rawServer } from './loopback.ts'

const closing = closedAfterEach()
const visitor = () => closing(createKeptVisitor())
const ANSWER = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}'

/** Answers each request as its turn says; `answer` unless told. */
async function server(turns: Readonly<Record<number, (socket: Socket) => void>> = {}) {
  const sockets: Socket[] = []
  let turn = 0
  const loopback: Loopback = closing(
    await rawServer((socket) => {
      sockets.push(socket)
      socket.on('data', () => {
        const act = turns[turn++] ?? ((asked: Socket) => void asked.write(ANSWER))
        act(socket)
      })
    }),
  )
  return { ...loopback, sockets, url: `http://${loopback.address}/api` }
}

describe('a visitor that keeps its connections', () => {
  it('asks again over the one that it has, and says that none ended', async () => {
    const { url, connections } = await server()
    const kept = visitor()
    for (let time = 0; time < 20; time++) expect(await kept.ask({ url })).toMatchObject({ ok: true, status: 200, body: '{}' })
    // The next may be asked before the last byte of the one before has been let go of.
    expect(connections()).toBeLessThanOrEqual(2)
    expect(kept.ended()).toBe(0)
  })

  it('asks through a socket, and through a new one over a connection of its own', async () => {
    const folder = await temporaryFolder()
    closing({ close: () => folder.remove() })
    const paths = [join(folder.path, 'a'), join(folder.path, 'b')]
    const counted = await Promise.all(paths.map(async (path) => closing(await httpServer((_, response) => response.end(path), path))))
    const kept = visitor()
    for (const path of [...paths, ...paths])
      expect(await kept.ask({ url: 'http://127.0.0.1:8080/', socketPath: path })).toMatchObject({ body: path })
    expect(counted.map(({ connections }) => connections())).toEqual([1, 1])
  })

  it('connects anew where the server ended its idle connections, and tells of each that ended', async () => {
    const { url, connections, sockets } = await server()
    const kept = visitor()
    await Promise.all([kept.ask({ url }), kept.ask({ url }), kept.ask({ url })])
    expect(connections()).toBe(3)
    for (const socket of sockets) socket.end()
    await vi.waitFor(() => expect(kept.ended()).toBe(3))
    expect(await kept.ask({ url })).toMatchObject({ ok: true })
    expect(connections()).toBe(4)
  })

  it('has given up every connection to a place once one failed: the next is a fresh one', async () => {
    const { url, connections, sockets } = await server({ 3: (socket) => socket.destroy() })
    const kept = visitor()
    await Promise.all([kept.ask({ url }), kept.ask({ url }), kept.ask({ url })])
    expect(await kept.ask({ url })).toMatchObject({ ok: false, failure: 'reset' })
    expect(kept.ended()).toBeGreaterThan(0)
    expect(await kept.ask({ url })).toMatchObject({ ok: true })
    expect(connections()).toBe(4)
    // The others are let go, not leaked.
    await vi.waitFor(() => expect(sockets.filter((socket) => !socket.destroyed)).toHaveLength(1))
  })

  it('does not cut off what is under way on another connection', async () => {
    const waiting: Socket[] = []
    const { url } = await server({ 0: (socket) => void waiting.push(socket), 1: (socket) => socket.destroy() })
    const kept = visitor()
    const slow = kept.ask({ url })
    await vi.waitFor(() => expect(waiting).toHaveLength(1))
    expect(await kept.ask({ url })).toMatchObject({ ok: false, failure: 'reset' })
    waiting[0]?.write(ANSWER)
    expect(await slow).toMatchObject({ ok: true, body: '{}' })
  })

  it('says how far it came in time, also over a connection that stood before', async () => {
    const { url } = await server({ 1: () => {}, 2: (socket) => void socket.write('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{') })
    const kept = visitor()
    await kept.ask({ url })
    for (const [detail, timeoutMs] of [
      ['TCP stood, but there was no answer within 50 ms', 50],
      ['the answer was not complete within 60 ms', 60],
    ] as const)
      expect(await kept.ask({ url, timeoutMs })).toMatchObject({ ok: false, failure: 'timeout', detail })
    expect(await kept.ask({ url })).toMatchObject({ ok: true })
  })

  it('says that nobody listens', async () => {
    expect(await visitor().ask({ url: `http://127.0.0.1:${await closedPort()}/` })).toMatchObject({ ok: false, failure: 'refused' })
  })

  it('rejects with the reason of whoever does not want to know any more', async () => {
    const { url } = await server({ 0: () => {} })
    const stop = new AbortController()
    const asking = visitor().ask({ url }, stop.signal)
    stop.abort(new Error('now'))
    await expect(asking).rejects.toThrow('now')
  })

  it('ends all of them when it is closed, those under way too', async () => {
    const { url, sockets } = await server({ 1: () => {} })
    const kept = visitor()
    await kept.ask({ url })
    const asking = kept.ask({ url })
    await vi.waitFor(() => expect(sockets).toHaveLength(1))
    await kept.close()
    expect(await asking).toMatchObject({ ok: false })
    await vi.waitFor(() => expect(sockets.every((socket) => socket.destroyed)).toBe(true))
  })
})
