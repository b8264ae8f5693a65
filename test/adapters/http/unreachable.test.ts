import type { Socket } from 'node:net'
import { Dispatcher } from 'undici'
import { describe, expect, it } from 'vitest'

import type { JsonClient, JsonClientOptions } from '../../../src/adapters/http/json-client.ts'
import { problemOf } from '../problem-of.ts'
import { echoServer, jsonClient } from './json-clients.ts'
import { closedAfterEach, closedPort, httpServer, rawServer } from './loopback.ts'

const kept = closedAfterEach()
const client = (baseUrl: string, options?: Partial<JsonClientOptions>): JsonClient => kept(jsonClient(baseUrl, options))

describe('json client, when the network fails', () => {
  it('says refused, with effect no: nothing left', async () => {
    const port = await closedPort()
    const problem = await problemOf(client(`http://127.0.0.1:${port}`).request('PUT', '/v1/jobs', { body: {} }))
    expect(problem).toMatchObject({ code: 'unreachable', effect: 'no', attempted: 'PUT /v1/jobs' })
    expect(problem.summary).toContain(`connection refused: 127.0.0.1:${port} (ECONNREFUSED)`)
  })

  it('says that a name does not resolve, with effect no', async () => {
    const problem = await problemOf(client('http://no-such-host.invalid').request('POST', '/'))
    expect(problem).toMatchObject({ code: 'unreachable', effect: 'no' })
    expect(problem.summary).toContain('no-such-host.invalid')
  })

  it('does not repeat a write that was cut off, and says that its effect is unknown', async () => {
    const server = kept(await rawServer((socket) => socket.once('data', () => socket.resetAndDestroy())))
    const asking = client(`http://${server.address}`)
    expect(await problemOf(asking.request('PUT', '/', { body: 1 }))).toMatchObject({ code: 'unreachable', effect: 'unknown' })
    expect(asking.requestCount).toBe(1)
  })

  it('repeats a GET once whose kept connection was reset', async () => {
    let requests = 0
    const server = kept(
      await httpServer((_request, response) => {
        if (++requests === 2) response.socket?.resetAndDestroy()
        else response.end('{"ok":true}')
      }),
    )
    const asking = client(`http://${server.address}`)
    await asking.request('GET', '/')
    expect((await asking.request('GET', '/')).body).toEqual({ ok: true })
    expect([asking.requestCount, requests]).toEqual([3, 3])
  })

  it('gives a GET up after the second reset', async () => {
    const server = kept(await rawServer((socket) => socket.once('data', () => socket.destroy())))
    const asking = client(`http://${server.address}`)
    expect(await problemOf(asking.request('GET', '/'))).toMatchObject({ code: 'unreachable', effect: 'unknown' })
    expect(asking.requestCount).toBe(2)
  })

  it.each([
    ['silent', () => {}],
    ['stuck in the body', (socket: Socket) => void socket.write('HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nabc')],
  ])('ends at the timeout when the server is %s', async (_what, act) => {
    const server = kept(await rawServer((socket) => socket.once('data', () => act(socket))))
    const problem = await problemOf(client(`http://${server.address}`, { timeoutMs: 100 }).request('GET', '/'))
    expect(problem).toMatchObject({ code: 'unreachable', effect: 'unknown', summary: expect.stringContaining('within 100 ms') })
  })

  it('ends at the timeout although a dispatcher never looks at the signal, as undici does not while it connects', async () => {
    class Deaf extends Dispatcher {
      override dispatch(): boolean {
        return true
      }
    }
    const problem = await problemOf(client('http://lab', { dispatcher: new Deaf(), timeoutMs: 50 }).request('GET', '/'))
    expect(problem).toMatchObject({ code: 'unreachable', effect: 'unknown' })
  })

  it('rejects with the reason of the caller who aborts', async () => {
    const server = kept(await rawServer(() => {}))
    const abort = new AbortController()
    const asked = client(`http://${server.address}`).request('GET', '/', { signal: abort.signal })
    const reason = new Error('now')
    setImmediate(() => abort.abort(reason))
    await expect(asked).rejects.toBe(reason)
    await expect(client(`http://${server.address}`).request('GET', '/', { signal: abort.signal })).rejects.toBe(reason)
  })

  it('calls an answer that is no HTTP by its name', async () => {
    const server = kept(await rawServer((socket) => socket.once('data', () => socket.end('SSH-2.0-OpenSSH_9.2\r\n'))))
    expect((await problemOf(client(`http://${server.address}`).request('GET', '/'))).summary).toContain('not HTTP')
  })

  it('says that a port speaks no TLS, with the next step', async () => {
    const server = kept(await echoServer())
    const problem = await problemOf(client(`https://${server.address}`).request('GET', '/'))
    expect(problem.summary).toContain('does not speak TLS')
  })
})
