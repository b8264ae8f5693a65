import { createServer as createHttpsServer } from 'node:https'
import type { Socket } from 'node:net'
import { beforeAll, describe, expect, it } from 'vitest'

import { createVisitor } from '../../../src/adapters/http/visitor.ts'
import type { HttpExchange } from '../../../src/domain/ports/visitor.ts'
import type { Authority, Identity } from '../../../src/lab/certificates.ts'
import { createAuthority } from '../../../src/lab/certificates.ts'
import type { Loopback } from './loopback.ts'
import { closedAfterEach, httpServer, listen, rawServer } from './loopback.ts'

const visitor = createVisitor()
const kept = closedAfterEach()

function failure(exchange: HttpExchange): { readonly failure: string; readonly detail: string } {
  if (exchange.ok) throw new Error(`expected a failure, got ${exchange.status}`)
  return exchange
}

describe('visitor over TLS', () => {
  let authority: Authority
  let identity: Identity
  beforeAll(async () => {
    authority = await createAuthority('Test authority')
    identity = await authority.issue(['www.site.example', '*.site.example', '127.0.0.1'])
  })

  async function secureServer({
    certPem,
    keyPem,
  }: Identity): Promise<Loopback & { readonly names: (string | false)[]; readonly reused: boolean[] }> {
    const names: (string | false)[] = []
    const reused: boolean[] = []
    const server = createHttpsServer({ cert: certPem, key: keyPem, SNICallback: undefined }, (request, response) =>
      response.end(`host ${request.headers.host}`),
    )
    server.on('secureConnection', (socket) => {
      names.push(socket.servername ?? false)
      reused.push(socket.isSessionReused())
    })
    server.on('tlsClientError', () => {})
    return { ...kept(await listen(server)), names, reused }
  }

  it('sends the name of the URL, verifies by it, and describes the certificate', async () => {
    const server = await secureServer(identity)
    const exchange = await visitor.ask({ url: 'https://www.site.example/', connectTo: server.address, ca: authority.certPem })
    expect(exchange).toMatchObject({ ok: true, body: 'host www.site.example' })
    expect(exchange.certificate).toMatchObject({
      subject: 'CN=www.site.example',
      altNames: ['www.site.example', '*.site.example', '127.0.0.1'],
      issuer: 'CN=Test authority',
      authorized: true,
    })
    expect(exchange.certificate).not.toHaveProperty('authorizationError')
    expect(exchange.certificate?.validTo).toBeGreaterThan(Date.now() + 300 * 86_400_000)
    expect(server.names).toEqual(['www.site.example'])
    const { connected = NaN, secured = NaN, firstByte = NaN, done = NaN } = exchange.timings
    expect([connected < secured, secured < firstByte, firstByte <= done]).toEqual([true, true, true])
  })

  it('trusts one authority in one request and another in the next, each with a handshake of its own', async () => {
    const other = await createAuthority('Another authority')
    const server = await secureServer(identity)
    const ask = (ca?: string) =>
      visitor.ask({ url: 'https://www.site.example/', connectTo: server.address, ...(ca !== undefined && { ca }) })
    const oks = []
    for (const ca of [authority.certPem, other.certPem, undefined, authority.certPem, other.certPem]) oks.push((await ask(ca)).ok)
    expect(oks).toEqual([true, false, false, true, false])
    // A handshake that the visitor refused never ends for the server.
    expect(server.reused.length).toBeGreaterThan(0)
    expect(server.reused).not.toContain(true)
  })

  it('verifies an address without sending it as a name', async () => {
    const server = await secureServer(identity)
    expect(await visitor.ask({ url: `https://${server.address}/`, ca: authority.certPem })).toMatchObject({
      ok: true,
      certificate: { authorized: true },
    })
    expect(server.names).toEqual([false])
  })

  it('sends and verifies another name where one is given', async () => {
    const server = await secureServer(identity)
    const exchange = await visitor.ask({
      url: `https://${server.address}/`,
      serverName: 'other.site.example',
      ca: authority.certPem,
      headers: { host: 'www.site.example' },
    })
    expect(exchange).toMatchObject({ ok: true, body: 'host www.site.example', certificate: { authorized: true } })
    expect(server.names).toEqual(['other.site.example'])
  })

  it.each<[string, () => Promise<Identity>, boolean, RegExp]>([
    ['an unknown authority', () => Promise.resolve(identity), false, /authority that is not trusted/],
    [
      'another name',
      () => authority.issue(['elsewhere.example']),
      true,
      /is for elsewhere\.example, not for www\.site\.example \(ERR_TLS_CERT_ALTNAME_INVALID\)/,
    ],
    [
      'the past',
      () => authority.issue(['www.site.example'], { notAfter: new Date('2021-02-03T04:05:06Z') }),
      true,
      /expired on 2021-02-03 \(CERT_HAS_EXPIRED\)/,
    ],
    [
      'a private authority that it brings along',
      () => Promise.resolve({ ...identity, certPem: identity.certPem + authority.certPem }),
      false,
      /private authority/,
    ],
  ])(
    'refuses a certificate of %s, with the certificate; looks the other way where told, and still says so',
    async (_what, issue, trusted, reason) => {
      const server = await secureServer(await issue())
      const request = { url: 'https://www.site.example/', connectTo: server.address, ...(trusted && { ca: authority.certPem }) }
      const refused = await visitor.ask(request)
      expect(failure(refused)).toMatchObject({ failure: 'tls', detail: expect.stringMatching(reason) })
      expect(refused.certificate).toMatchObject({ authorized: false, authorizationError: expect.stringMatching(reason) })
      expect(refused.timings.firstByte).toBeUndefined()
      const accepted = await visitor.ask({ ...request, insecureSkipVerify: true })
      expect(accepted).toMatchObject({
        ok: true,
        status: 200,
        certificate: { authorized: false, authorizationError: expect.stringMatching(reason) },
      })
    },
  )

  it('says tls where the port speaks plain HTTP', async () => {
    const server = kept(await httpServer((_request, response) => response.end()))
    expect(failure(await visitor.ask({ url: `https://${server.address}/` }))).toMatchObject({
      failure: 'tls',
      detail: expect.stringContaining('does not speak TLS'),
    })
  })

  it.each<[string, (socket: Socket) => void, string, string]>([
    ['hangs up', (socket) => socket.destroy(), 'reset', 'closed before'],
    ['says nothing', () => {}, 'timeout', 'TCP stood, but TLS did not within 1000 ms'],
  ])('tells a handshake in which the server %s', async (_what, act, kind, detail) => {
    const server = kept(await rawServer((socket) => socket.once('data', () => act(socket))))
    expect(failure(await visitor.ask({ url: `https://${server.address}/`, timeoutMs: 1_000 }))).toMatchObject({
      failure: kind,
      detail: expect.stringContaining(detail),
    })
  })

  it('calls a CA that is no certificate by its name', async () => {
    const server = await secureServer(identity)
    expect(failure(await visitor.ask({ url: `https://${server.address}/`, ca: 'no PEM' })).failure).toBe('tls')
  })
})
