import { connect } from 'node:net'
import { once } from 'node:events'
import { Agent, fetch, interceptors, request, RetryAgent } from 'undici'
import type { Dispatcher } from 'undici'
import { afterEach, describe, expect, it } from 'vitest'
import type { LabHandler, LabListener, LabRequest } from '../../src/lab/contract.ts'
import { createAuthority } from '../../src/lab/certificates.ts'
import { CLIENT_CERTIFICATE_HEADER, handlerDispatcher, listen } from '../../src/lab/http.ts'

const echo: LabHandler = (asked) =>
  Promise.resolve({
    status: 201,
    headers: { 'content-type': 'application/json', 'x-two': 'b' },
    body: JSON.stringify({
      method: asked.method,
      path: asked.path,
      query: [...asked.query],
      host: asked.headers['host'],
      token: asked.headers['x-nomad-token'],
      body: asked.body,
    }),
  })
const drop: LabHandler = () => Promise.resolve('drop')
const failing: LabHandler = () => Promise.reject(new Error('no such thing'))

/** A handler that never answers; resolves `seen` with the request and `gone` with the reason it was given up. */
function silent(): { handler: LabHandler; seen: Promise<LabRequest>; gone: Promise<unknown> } {
  let onSeen: (request: LabRequest) => void = () => undefined
  let onGone: (reason: unknown) => void = () => undefined
  const seen = new Promise<LabRequest>((resolve) => (onSeen = resolve))
  const gone = new Promise<unknown>((resolve) => (onGone = resolve))
  const handler: LabHandler = (asked) => {
    onSeen(asked)
    return new Promise((_, reject) => {
      asked.signal.addEventListener('abort', () => {
        onGone(asked.signal.reason)
        reject(new Error('given up'))
      })
    })
  }
  return { handler, seen, gone }
}

interface Door {
  readonly url: string
  readonly dispatcher: Dispatcher
}

const open: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of open.splice(0)) await close()
})

const doors: Record<string, (handler: LabHandler) => Promise<Door>> = {
  async 'over a socket'(handler) {
    const listener = await listen(handler)
    const dispatcher = new Agent()
    open.push(
      () => dispatcher.destroy(),
      () => listener.close(),
    )
    return { url: listener.url, dispatcher }
  },
  'without a socket': (handler) => Promise.resolve({ url: 'http://lab.test:4646', dispatcher: handlerDispatcher(handler) }),
}

describe.each(Object.entries(doors))('a handler %s', (_, door) => {
  it('gets method, path, query, headers and body, and its answer arrives whole', async () => {
    const { url, dispatcher } = await door(echo)
    const answer = await request(`${url}/v1/job/a%2Fb?ns=x&ns=y`, {
      dispatcher,
      method: 'POST',
      headers: { 'X-Nomad-Token': 't' },
      body: '{"grüße":1}',
    })
    expect(answer.statusCode).toBe(201)
    expect(answer.headers).toMatchObject({ 'content-type': 'application/json', 'x-two': 'b' })
    expect(await answer.body.json()).toEqual({
      method: 'POST',
      path: '/v1/job/a%2Fb',
      query: [
        ['ns', 'x'],
        ['ns', 'y'],
      ],
      host: new URL(url).host,
      token: 't',
      body: '{"grüße":1}',
    })
  })

  it('keeps a Host header that the client chose', async () => {
    const { url, dispatcher } = await door(echo)
    const answer = await request(url, { dispatcher, headers: { host: 'www.example.org' } })
    expect(await answer.body.json()).toMatchObject({ host: 'www.example.org' })
  })

  it('serves fetch, retries and interceptors, which use the newer handler style', async () => {
    const { url, dispatcher } = await door(echo)
    const fetched = await fetch(`${url}/f`, { dispatcher })
    expect([fetched.status, await fetched.json()]).toMatchObject([201, { path: '/f' }])
    const composed = await request(`${url}/c`, { dispatcher: dispatcher.compose(interceptors.redirect({ maxRedirections: 1 })) })
    expect(await composed.body.json()).toMatchObject({ path: '/c' })
    const retried = await request(`${url}/r`, { dispatcher: new RetryAgent(dispatcher) })
    expect(await retried.body.json()).toMatchObject({ path: '/r' })
  })

  it('answers HEAD without a body', async () => {
    const { url, dispatcher } = await door(echo)
    const answer = await request(url, { dispatcher, method: 'HEAD' })
    expect(Number(answer.headers['content-length'])).toBeGreaterThan(10)
    expect(await answer.body.text()).toBe('')
  })

  it('fails as a closed connection does when it drops', async () => {
    const { url, dispatcher } = await door(drop)
    await expect(request(url, { dispatcher })).rejects.toMatchObject({ code: 'UND_ERR_SOCKET', message: 'other side closed' })
  })

  it("turns the handler's own exception into a 500 that names it", async () => {
    const { url, dispatcher } = await door(failing)
    const answer = await request(url, { dispatcher })
    expect(answer.statusCode).toBe(500)
    expect(await answer.body.text()).toContain('no such thing')
  })

  it('learns that the client gave up', async () => {
    const { handler, seen, gone } = silent()
    const { url, dispatcher } = await door(handler)
    const giveUp = new AbortController()
    const answer = request(url, { dispatcher, signal: giveUp.signal })
    expect((await seen).signal.aborted).toBe(false)
    giveUp.abort(new Error('enough'))
    await expect(answer).rejects.toThrow('enough')
    await expect(gone).resolves.toBeInstanceOf(Error)
  })

  it('answers the next request after a drop', async () => {
    let first = true
    const { url, dispatcher } = await door((asked) => {
      if (!first) return echo(asked)
      first = false
      return drop(asked)
    })
    await expect(request(url, { dispatcher })).rejects.toThrow()
    expect((await request(url, { dispatcher })).statusCode).toBe(201)
  })
})

describe('listen', () => {
  it('binds loopback only and says where', async () => {
    const listener = await listen(echo)
    open.push(() => listener.close())
    expect(listener.url).toBe(`http://127.0.0.1:${listener.port}`)
  })

  it('speaks TLS, and names a client certificate of its own authority but believes no header about it', async () => {
    const authority = await createAuthority('lab')
    const stranger = await createAuthority('stranger')
    const server = await authority.issue(['127.0.0.1'])
    const listener = await listen((asked) => Promise.resolve({ status: 200, body: asked.headers[CLIENT_CERTIFICATE_HEADER] ?? 'nobody' }), {
      tls: { cert: server.certPem, key: server.keyPem, ca: authority.certPem, requestCert: true },
    })
    open.push(() => listener.close())
    expect(listener.url).toBe(`https://127.0.0.1:${listener.port}`)
    const whoAmI = async (client?: { certPem: string; keyPem: string }): Promise<string> => {
      const dispatcher = new Agent({ connect: { ca: authority.certPem, ...(client && { cert: client.certPem, key: client.keyPem }) } })
      open.push(() => dispatcher.destroy())
      return (await request(listener.url, { dispatcher, headers: { [CLIENT_CERTIFICATE_HEADER]: 'admin' } })).body.text()
    }
    expect(await whoAmI()).toBe('nobody')
    expect(await whoAmI(await stranger.issue(['mallory'], { clientAuth: true }))).toBe('nobody')
    expect(await whoAmI(await authority.issue(['alice'], { clientAuth: true }))).toBe('alice')
  })

  it('rejects when the port is taken', async () => {
    const listener = await listen(echo)
    open.push(() => listener.close())
    await expect(listen(echo, { port: listener.port })).rejects.toMatchObject({ code: 'EADDRINUSE' })
  })

  it('ends every connection at once when closed, also one that waits for an answer and one that says nothing', async () => {
    const { handler, seen, gone } = silent()
    const listener: LabListener = await listen(handler)
    const dispatcher = new Agent()
    open.push(() => dispatcher.destroy())
    const waiting = request(listener.url, { dispatcher })
    waiting.catch(() => undefined)
    await seen
    const idle = connect(listener.port, '127.0.0.1')
    idle.on('error', () => undefined)
    await once(idle, 'connect')
    const closed = once(idle, 'close')
    await listener.close()
    await expect(waiting).rejects.toMatchObject({ code: 'UND_ERR_SOCKET' })
    await Promise.all([gone, closed])
  })
})

describe('handlerDispatcher', () => {
  it('takes headers as pairs and as a flat list, the query apart, and bytes or a stream as a body', async () => {
    const dispatcher = handlerDispatcher(echo)
    const paired = await request('http://lab.test', { dispatcher, headers: new Map([['X-Nomad-Token', 'pair']]), query: { a: 1 } })
    expect(await paired.body.json()).toMatchObject({ token: 'pair', query: [['a', '1']] })
    const flat = await request('http://lab.test', {
      dispatcher,
      method: 'PUT',
      headers: ['x-nomad-token', 'flat'],
      body: Buffer.from('bytes'),
    })
    expect(await flat.body.json()).toMatchObject({ token: 'flat', body: 'bytes' })
    const streamed = await fetch('http://lab.test', { dispatcher, method: 'POST', body: 'streamed' })
    expect(await streamed.json()).toMatchObject({ body: 'streamed' })
  })

  it('does not ask the handler for a request that was given up before', async () => {
    let asked = 0
    const dispatcher = handlerDispatcher((each) => {
      asked++
      return echo(each)
    })
    await expect(request('http://lab.test', { dispatcher, signal: AbortSignal.abort(new Error('never')) })).rejects.toThrow('never')
    expect(asked).toBe(0)
  })

  it('refuses requests after close, and breaks off the running ones when destroyed', async () => {
    const closed = handlerDispatcher(echo)
    await closed.close()
    await expect(request('http://lab.test', { dispatcher: closed })).rejects.toMatchObject({ code: 'UND_ERR_CLOSED' })

    const { handler, seen, gone } = silent()
    const dispatcher = handlerDispatcher(handler)
    const running = request('http://lab.test', { dispatcher })
    running.catch(() => undefined)
    await seen
    await dispatcher.destroy()
    await expect(running).rejects.toMatchObject({ code: 'UND_ERR_DESTROYED' })
    await gone
  })
})
