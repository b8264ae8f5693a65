import type { RequestListener } from 'node:http'
import type { Socket } from 'node:net'
import { connect } from 'node:net'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

import { createVisitor } from '../../../src/adapters/http/visitor.ts'
import type { HttpExchange } from '../../../src/domain/ports/visitor.ts'
import { temporaryFolder } from '../child.ts'
import type { Loopback } from './loopback.ts'
import { closedAfterEach, closedPort, httpServer, rawServer } from './loopback.ts'

const visitor = createVisitor()
const kept = closedAfterEach()

const answering = async (listener: RequestListener): Promise<Loopback> => kept(await httpServer(listener))
/** A server that says these bytes to whoever asks, then does as told. */
const saying = async (text: string, then: (socket: Socket) => void = () => {}): Promise<Loopback> =>
  kept(
    await rawServer((socket) =>
      socket.once('data', () => {
        socket.write(text)
        then(socket)
      }),
    ),
  )

function failure(exchange: HttpExchange): { readonly failure: string; readonly detail: string } {
  if (exchange.ok) throw new Error(`expected a failure, got ${exchange.status}`)
  return exchange
}

describe('visitor', () => {
  it('asks for the path with the Host of the URL, wherever it connects, over a fresh connection each time', async () => {
    const seen: unknown[] = []
    const server = await answering((request, response) => {
      seen.push([request.method, request.url, request.headers.host, request.headers['x-probe']])
      response.writeHead(200, { 'X-Served-By': 'k8s', 'set-cookie': ['a=1', 'b=2'] }).end('Jayne Martin')
    })
    const ask = () => visitor.ask({ url: 'http://www.site.example/a/b?c=d', connectTo: server.address, headers: { 'x-probe': '1' } })
    const exchange = await ask()
    expect(exchange).toMatchObject({
      ok: true,
      status: 200,
      body: 'Jayne Martin',
      headers: { 'x-served-by': 'k8s', 'set-cookie': 'a=1, b=2' },
    })
    expect(exchange).not.toHaveProperty('certificate')
    await ask()
    expect(seen).toEqual(Array(2).fill(['GET', '/a/b?c=d', 'www.site.example', '1']))
    expect(server.connections()).toBe(2)
  })

  it('lets a Host of its own be given: asking a server by its address', async () => {
    const server = await answering((request, response) => response.end(request.headers.host))
    expect(await visitor.ask({ url: `http://${server.address}/`, headers: { host: 'www.site.example' } })).toMatchObject({
      body: 'www.site.example',
    })
  })

  it('takes redirects and errors as answers', async () => {
    const server = await answering((request, response) =>
      response.writeHead(request.url === '/r' ? 301 : 502, { location: '/elsewhere' }).end('Bad Gateway'),
    )
    expect(await visitor.ask({ url: `http://${server.address}/r` })).toMatchObject({
      ok: true,
      status: 301,
      headers: { location: '/elsewhere' },
    })
    expect(await visitor.ask({ url: `http://${server.address}/` })).toMatchObject({ ok: true, status: 502, body: 'Bad Gateway' })
    expect(server.connections()).toBe(2)
  })

  it('asks HEAD without waiting for a body', async () => {
    const server = await answering((request, response) =>
      response.writeHead(200, { 'content-length': '12', 'x-method': request.method }).end(),
    )
    expect(await visitor.ask({ url: `http://${server.address}/`, method: 'HEAD' })).toMatchObject({
      ok: true,
      body: '',
      headers: { 'x-method': 'HEAD' },
    })
  })

  it('goes through a unix socket, also before an address', async () => {
    const folder = await temporaryFolder()
    const path = join(folder.path, 's')
    kept(await httpServer((request, response) => response.end(request.headers.host), path))
    expect(await visitor.ask({ url: 'http://127.0.0.1:8080/', socketPath: path, connectTo: '127.0.0.1:1' })).toMatchObject({
      ok: true,
      body: '127.0.0.1:8080',
    })
    expect(failure(await visitor.ask({ url: 'http://x/', socketPath: join(folder.path, 'none') }))).toMatchObject({
      failure: 'unreachable',
      detail: expect.stringContaining(join(folder.path, 'none')),
    })
    await folder.remove()
  })

  it('cuts a body without end at 1 MiB, between characters, and hangs up', async () => {
    let hungUp: () => void
    const gone = new Promise<void>((resolve) => (hungUp = resolve))
    const server = await answering((_request, response) => {
      response.on('close', () => hungUp())
      const more = (): void => void (response.write('a'.padEnd(1_001, 'é')) ? setImmediate(more) : response.once('drain', more))
      more()
    })
    const exchange = await visitor.ask({ url: `http://${server.address}/` })
    if (!exchange.ok) throw new Error(exchange.detail)
    const size = Buffer.byteLength(exchange.body)
    expect([size > 1_048_572, size <= 1_048_576, exchange.body.includes('\ufffd')]).toEqual([true, true, false])
    await gone
  })

  it('keeps a body of exactly 1 MiB whole', async () => {
    const server = await answering((_request, response) => response.end('x'.repeat(1_048_576)))
    expect(await visitor.ask({ url: `http://${server.address}/` })).toMatchObject({ ok: true, body: 'x'.repeat(1_048_576) })
  })

  it('reads as much as it is told to', async () => {
    const server = await answering((_request, response) => response.end('x'.repeat(2_000_000)))
    const url = `http://${server.address}/`
    expect(await visitor.ask({ url, maxBytes: 3_000_000 })).toMatchObject({ ok: true, body: 'x'.repeat(2_000_000) })
    expect(await visitor.ask({ url, maxBytes: 10 })).toMatchObject({ ok: true, body: 'x'.repeat(10) })
  })

  it('measures in order: connected, first byte, done', async () => {
    const server = await answering((_request, response) => response.end('a'))
    const { connected = NaN, secured, firstByte = NaN, done = NaN } = (await visitor.ask({ url: `http://${server.address}/` })).timings
    expect([connected > 0, firstByte >= connected, done >= firstByte, secured]).toEqual([true, true, true, undefined])
  })
})

describe('visitor, when it gets no answer', () => {
  it('says refused', async () => {
    const port = await closedPort()
    const exchange = await visitor.ask({ url: 'http://site.example/', connectTo: `127.0.0.1:${port}` })
    expect(failure(exchange)).toMatchObject({ failure: 'refused', detail: `connection refused: 127.0.0.1:${port} (ECONNREFUSED)` })
    expect(exchange.timings).toEqual({})
  })

  it('says dns', async () => {
    expect(failure(await visitor.ask({ url: 'http://no-such-host.invalid/' }))).toMatchObject({
      failure: 'dns',
      detail: expect.stringContaining('no-such-host.invalid'),
    })
  })

  it('says unreachable', async () => {
    const unreachable = createVisitor({
      openSocket: () => {
        const socket = connect({ port: 1, host: '127.0.0.1' })
        return socket.destroy(
          Object.assign(new Error('connect EHOSTUNREACH'), { code: 'EHOSTUNREACH', syscall: 'connect', address: '192.0.2.1', port: 80 }),
        )
      },
    })
    expect(failure(await unreachable.ask({ url: 'http://192.0.2.1/' }))).toMatchObject({
      failure: 'unreachable',
      detail: 'no route to the address: 192.0.2.1:80 (EHOSTUNREACH)',
    })
  })

  it.each<[string, (socket: Socket) => void]>([
    ['by a reset', (socket) => socket.resetAndDestroy()],
    ['by an end', (socket) => socket.end()],
  ])('says reset when the connection ends %s instead of an answer', async (_how, hangUp) => {
    const server = await saying('', hangUp)
    expect(failure(await visitor.ask({ url: `http://${server.address}/` })).failure).toBe('reset')
  })

  it.each([
    ['by length', 'HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf'],
    ['in chunks', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n4\r\nhalf\r\n'],
    ['in its headers', 'HTTP/1.1 200 OK\r\ncontent-le'],
  ])('takes half an answer (%s) for none', async (_how, text) => {
    const server = await saying(text, (socket) => socket.end())
    expect(failure(await visitor.ask({ url: `http://${server.address}/` })).failure).toBe('reset')
  })

  it.each([
    ['another protocol', 'SSH-2.0-OpenSSH_9.2p1\r\n'],
    ['noise', '\u0000\u0001\u0002\r\n\r\n'],
    ['a broken header', 'HTTP/1.1 200 OK\r\nno colon here\r\n\r\n'],
    ['headers without end', `HTTP/1.1 200 OK\r\nx: ${'y'.repeat(40_000)}\r\n\r\n`],
  ])('says protocol for %s', async (_what, text) => {
    const server = await saying(text)
    expect(failure(await visitor.ask({ url: `http://${server.address}/` })).failure).toBe('protocol')
  })

  it.each([
    ['silence', '', 'TCP stood, but there was no answer', ['connected']],
    ['a body that stops', 'HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf', 'the answer was not complete', ['connected', 'firstByte']],
  ])('says timeout for %s, and how far it came', async (_what, text, detail, points) => {
    const server = await saying(text)
    const exchange = await visitor.ask({ url: `http://${server.address}/`, timeoutMs: 1_000 })
    expect(failure(exchange)).toMatchObject({ failure: 'timeout', detail: `${detail} within 1000 ms` })
    expect(Object.keys(exchange.timings)).toEqual(points)
  })

  it('counts the time to the last byte: a slow body does not stretch it', async () => {
    const server = await answering((_request, response) => {
      const drip = setInterval(() => response.write('x'), 20)
      response.on('close', () => clearInterval(drip))
    })
    expect(failure(await visitor.ask({ url: `http://${server.address}/`, timeoutMs: 150 })).failure).toBe('timeout')
  })

  it('says timeout while connecting', async () => {
    const silent = kept(await rawServer(() => {}))
    // A listener whose name is never looked up stands in for packets that are dropped.
    const exchange = await createVisitor({ openSocket: () => connect({ host: 'never.invalid', port: silent.port, lookup: () => {} }) }).ask(
      { url: 'http://192.0.2.1:81/', timeoutMs: 80 },
    )
    expect(failure(exchange)).toMatchObject({ failure: 'timeout', detail: 'no connection to 192.0.2.1:81 within 80 ms' })
  })

  it.each([
    ['a URL', { url: 'not a url' }],
    ['an address', { url: 'http://x/', connectTo: '127.0.0.1:99999' }],
    ['a header', { url: 'http://127.0.0.1:1/', headers: { 'bad header': 'x' } }],
  ])('answers with a failure also for %s that makes no sense', async (_what, request) => {
    expect((await visitor.ask(request)).ok).toBe(false)
  })

  it('rejects with the reason of an abort, before and during', async () => {
    const server = await saying('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n')
    const abort = new AbortController()
    const reason = new Error('second Ctrl-C')
    const asked = visitor.ask({ url: `http://${server.address}/` }, abort.signal)
    setTimeout(() => abort.abort(reason), 20)
    await expect(asked).rejects.toBe(reason)
    await expect(visitor.ask({ url: `http://${server.address}/` }, abort.signal)).rejects.toBe(reason)
  })
})
