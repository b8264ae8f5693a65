import type { IncomingMessage } from 'node:http'
import { createServer } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import { connect } from 'node:net'
import { TLSSocket } from 'node:tls'
import { describe, expect, it } from 'vitest'

import type { JsonClient, JsonClientOptions } from '../../../src/adapters/http/json-client.ts'
import { createAuthority } from '../../../src/lab/certificates.ts'
import { problemOf } from '../problem-of.ts'
import { echoServer, jsonClient } from './json-clients.ts'
import { closedAfterEach, httpServer, listen } from './loopback.ts'

const kept = closedAfterEach()
const client = (baseUrl: string, options?: Partial<JsonClientOptions>): JsonClient => kept(jsonClient(baseUrl, options))

describe('json client behind a proxy', () => {
  it('goes through HTTP_PROXY, except to hosts that NO_PROXY names', async () => {
    const seen: (string | undefined)[] = []
    const proxy = kept(
      await httpServer((request, response) => {
        seen.push(request.url)
        response.end('{"from":"proxy"}')
      }),
    )
    const env = { HTTP_PROXY: `http://${proxy.address}`, NO_PROXY: 'direct.invalid' }
    expect((await client('http://nomad.invalid:4646', { env }).request('GET', '/v1/jobs')).body).toEqual({ from: 'proxy' })
    expect(seen).toEqual(['http://nomad.invalid:4646/v1/jobs'])
    expect(await problemOf(client('http://direct.invalid', { env }).request('GET', '/'))).toMatchObject({ effect: 'no' })
  })

  it('tunnels https by CONNECT, and says when the proxy refuses', async () => {
    const target = kept(await echoServer())
    const server = createServer()
    server.on('connect', (request: IncomingMessage, socket) => {
      if (request.url !== 'nomad.invalid:443') return void socket.end('HTTP/1.1 403 Forbidden\r\n\r\n')
      const upstream = connect(target.port, '127.0.0.1', () => socket.write('HTTP/1.1 200 OK\r\n\r\n'))
      upstream.pipe(socket).pipe(upstream)
    })
    const proxy = kept(await listen(server))
    const env = { https_proxy: proxy.address }
    // The target speaks no TLS: that it is asked at all shows the tunnel.
    expect((await problemOf(client('https://nomad.invalid', { env }).request('GET', '/'))).summary).toContain('does not speak TLS')
    expect(target.connections()).toBe(1)
    const refused = await problemOf(client('https://other.invalid', { env }).request('POST', '/'))
    expect(refused).toMatchObject({ code: 'unreachable', effect: 'no', summary: expect.stringContaining('403') })
  })
})

describe('json client over TLS', () => {
  it('trusts the authority given, shows its own certificate, and names what does not verify', async () => {
    const authority = await createAuthority('Test authority')
    const [server, caller] = await Promise.all([authority.issue(['nomad.example']), authority.issue(['caller'], { clientAuth: true })])
    const secure = createHttpsServer(
      { cert: server.certPem, key: server.keyPem, ca: authority.certPem, requestCert: true, rejectUnauthorized: false },
      (request, response) =>
        response.end(
          JSON.stringify({ by: request.socket instanceof TLSSocket ? request.socket.getPeerCertificate().subject?.CN : undefined }),
        ),
    )
    const { address } = kept(await listen(secure))
    const tls = { ca: authority.certPem, serverName: 'nomad.example' }
    expect((await client(`https://${address}`, { tls }).request('GET', '/')).body).toEqual({})
    expect(
      (await client(`https://${address}`, { tls: { ...tls, cert: caller.certPem, key: caller.keyPem } }).request('GET', '/')).body,
    ).toEqual({ by: 'caller' })
    expect((await client(`https://${address}`, { tls: { insecureSkipVerify: true } }).request('GET', '/')).status).toBe(200)
    const untrusted = await problemOf(client(`https://${address}`, { tls: { serverName: 'nomad.example' } }).request('POST', '/'))
    expect(untrusted).toMatchObject({
      code: 'unreachable',
      effect: 'no',
      summary: expect.stringContaining('authority that is not trusted'),
    })
    const misnamed = await problemOf(client(`https://${address}`, { tls: { ca: authority.certPem } }).request('POST', '/'))
    expect(misnamed.summary).toContain('not for 127.0.0.1')
  })
})
