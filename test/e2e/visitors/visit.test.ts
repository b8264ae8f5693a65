import { createHash } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import type { Authority } from '../../../src/lab/certificates.ts'
import { createAuthority } from '../../../src/lab/certificates.ts'
import { NEW_BODY, OLD_BODY } from '../world/bodies.ts'
import type { Recorded, Sample } from './sample.ts'
import { samplesOf } from './sample.ts'
import { visit } from './visit.ts'

const SITE = 'www.example.org'
const TEN = { perSecond: 500, seconds: 20, requests: 50 }

let authority: Authority
let server: ReturnType<typeof createServer>
let answer: (request: IncomingMessage, response: ServerResponse, posted: string) => void
let upgrades: boolean
const sockets = new Set<Socket>()
let connections = 0

beforeAll(async () => {
  authority = await createAuthority('visitors')
  const { certPem, keyPem } = await authority.issue([SITE])
  server = createServer({ cert: certPem, key: keyPem }, (request, response) => {
    let posted = ''
    request.setEncoding('utf8').on('data', (text: string) => (posted += text))
    request.on('end', () => answer(request, response, posted))
  })
  server.on('secureConnection', () => (connections += 1))
  server.on('upgrade', (request, socket) => accept(request, socket as Socket))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
})
afterAll(() => new Promise((resolve) => server.close(resolve)))
beforeEach(() => {
  connections = 0
  upgrades = true
  answer = (_request, response, posted) => response.end(posted === '' ? OLD_BODY : `${OLD_BODY}\n${posted}`)
})

/** Says who it is, in one unmasked frame (RFC 6455, section 5.2), and gives back what it hears. */
function accept(request: IncomingMessage, socket: Socket): void {
  if (!upgrades) return void socket.end('HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n')
  const sum = createHash('sha1').update(`${request.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64')
  socket.write(`HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${sum}\r\n\r\n`)
  const say = (payload: Buffer): boolean => socket.write(Buffer.concat([Buffer.from([0x81, payload.length]), payload]))
  say(Buffer.from(OLD_BODY))
  sockets.add(socket)
  socket.on('close', () => sockets.delete(socket)).on('error', () => {})
  socket.on('data', (frame: Buffer) => {
    const mask = frame.subarray(2, 6)
    const payload = frame.subarray(6, 6 + ((frame[1] ?? 0) & 0x7f)).map((byte, index) => byte ^ (mask[index % 4] ?? 0))
    if (((frame[0] ?? 0) & 0x0f) === 8) socket.end(Buffer.from([0x88, 0]))
    else say(Buffer.from(payload))
  })
}

async function visited(load = TEN, hear: (each: Recorded, leaving: AbortController) => void = () => {}): Promise<readonly Recorded[]> {
  const recorded: Recorded[] = []
  const leaving = new AbortController()
  const { port } = server.address() as AddressInfo
  const edge = { address: `127.0.0.1:${port}`, site: SITE, authority: authority.certPem }
  await visit(edge, load, leaving.signal, (each) => {
    recorded.push(each)
    hear(each, leaving)
  })
  return recorded
}
const requests = (recorded: readonly Recorded[]): readonly Sample[] =>
  samplesOf(recorded).filter(({ asked }) => !asked.startsWith('socket'))

it('records each request once, all right where the site is, and stops at the number it was given', async () => {
  const recorded = await visited()
  expect(requests(recorded)).toHaveLength(50)
  expect(samplesOf(recorded).filter(({ verdict }) => verdict !== 'right')).toEqual([])
  expect(requests(recorded).filter(({ connection }) => connection === 'new')).toHaveLength(10)
  // Ten strangers, the WebSocket, and at least one connection that was kept.
  expect(connections).toBeGreaterThanOrEqual(12)
})

it('sees a page that is not the site, a status that is not, and a connection that ends without an answer', async () => {
  answer = (request, response) => {
    if (request.method === 'POST') response.end(NEW_BODY)
    else if (request.url === '/') response.writeHead(404).end('404 page not found')
    else request.socket.destroy()
  }
  const recorded = requests(await visited())
  const verdicts = (asked: Sample['asked']): ReadonlySet<string> =>
    new Set(recorded.filter((each) => each.asked === asked).map(({ verdict, status }) => `${verdict} ${status}`))
  expect(verdicts('post')).toEqual(new Set(['wrong 200']))
  expect(verdicts('get')).toEqual(new Set(['failed 404']))
  expect(verdicts('slow')).toEqual(new Set(['failed 0']))
})

it('opens its WebSocket again when that was lost, and counts it as lost and not as failed', async () => {
  let echoes = 0
  const recorded = await visited({ perSecond: 100, seconds: 20, requests: 2_000 }, (each, leaving) => {
    if (each.type !== 'sample' || each.asked !== 'socket-echo') return
    echoes += 1
    if (echoes === 1) for (const socket of sockets) socket.destroy()
    else leaving.abort()
  })
  expect(recorded.filter(({ type }) => type === 'socket-lost')).toHaveLength(1)
  const opened = samplesOf(recorded).filter(({ asked }) => asked === 'socket-open')
  expect(opened.map(({ verdict, side }) => `${verdict} ${side}`)).toEqual(['right nomad', 'right nomad'])
  expect(samplesOf(recorded).filter(({ verdict }) => verdict !== 'right')).toEqual([])
})

it('takes a WebSocket that does not open for a failure', async () => {
  upgrades = false
  const recorded = await visited({ perSecond: 50, seconds: 1, requests: 50 })
  const opened = samplesOf(recorded).filter(({ asked }) => asked === 'socket-open')
  expect(opened.length).toBeGreaterThan(0)
  expect(new Set(opened.map(({ verdict }) => verdict))).toEqual(new Set(['failed']))
})

it('does not trust a certificate of somebody else', async () => {
  const { port } = server.address() as AddressInfo
  const stranger = await createAuthority('stranger')
  const recorded: Recorded[] = []
  const edge = { address: `127.0.0.1:${port}`, site: SITE, authority: stranger.certPem }
  await visit(edge, { perSecond: 50, seconds: 5, requests: 5 }, new AbortController().signal, (each) => recorded.push(each))
  expect(requests(recorded).map(({ verdict }) => verdict)).toEqual(['failed', 'failed', 'failed', 'failed', 'failed'])
})
