import { X509Certificate } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import { connect, createServer } from 'node:tls'
import { describe, expect, it } from 'vitest'
import type { Authority, Identity } from '../../src/lab/certificates.ts'
import { createAuthority, restoreAuthority } from '../../src/lab/certificates.ts'

/** Serves one handshake with `server` and tells what a client that trusts `ca` makes of it. */
async function handshake(
  server: Identity,
  client: { ca?: string; servername?: string; identity?: Identity },
  clientsOf?: Authority,
): Promise<string> {
  const listener = createServer({
    cert: server.certPem,
    key: server.keyPem,
    ...(clientsOf && { ca: clientsOf.certPem, requestCert: true, rejectUnauthorized: true }),
  })
  listener.on('secureConnection', (socket) => socket.end('hello'))
  listener.on('tlsClientError', () => undefined)
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve))
  const { port } = listener.address() as AddressInfo
  try {
    return await new Promise<string>((resolve) => {
      const socket = connect({
        host: '127.0.0.1',
        port,
        ...(client.ca !== undefined && { ca: client.ca }),
        ...(client.servername !== undefined && { servername: client.servername }),
        ...(client.identity && { cert: client.identity.certPem, key: client.identity.keyPem }),
      })
      socket.on('data', (data) => resolve(data.toString()))
      socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message))
      socket.on('close', () => resolve('closed'))
    })
  } finally {
    await new Promise((resolve) => listener.close(resolve))
  }
}

describe('an authority of the lab', () => {
  it('is trusted by a client that has its certificate, and by no other', async () => {
    const authority = await createAuthority('lab authority')
    const server = await authority.issue(['www.site.test'])
    expect(await handshake(server, { ca: authority.certPem, servername: 'www.site.test' })).toBe('hello')
    expect(await handshake(server, { servername: 'www.site.test' })).toBe('UNABLE_TO_VERIFY_LEAF_SIGNATURE')
    const namesake = await createAuthority('lab authority')
    expect(await handshake(server, { ca: namesake.certPem, servername: 'www.site.test' })).not.toBe('hello')
  })

  it('issues certificates that count for their names and addresses only', async () => {
    const authority = await createAuthority('lab authority')
    const server = await authority.issue(['a.test', '*.b.test', '127.0.0.1', '::1', 'fe80::1:2'])
    const ask = (servername?: string) => handshake(server, { ca: authority.certPem, ...(servername !== undefined && { servername }) })
    expect(await ask('a.test')).toBe('hello')
    expect(await ask('x.b.test')).toBe('hello')
    expect(await ask()).toBe('hello')
    expect(await ask('other.test')).toBe('ERR_TLS_CERT_ALTNAME_INVALID')
    const parsed = new X509Certificate(server.certPem)
    expect(parsed.checkIP('::1')).toBe('::1')
    expect(parsed.checkIP('fe80::1:2')).toBe('fe80::1:2')
    expect(parsed.checkIP('10.0.0.1')).toBeUndefined()
    const nameOnly = await authority.issue(['a.test'])
    expect(await handshake(nameOnly, { ca: authority.certPem })).toBe('ERR_TLS_CERT_ALTNAME_INVALID')
  })

  it('lets certificates expire', async () => {
    const authority = await createAuthority('lab authority')
    const expired = await authority.issue(['a.test'], { notAfter: new Date(Date.now() - 60_000) })
    expect(await handshake(expired, { ca: authority.certPem, servername: 'a.test' })).toBe('CERT_HAS_EXPIRED')
    const until = new Date(Math.floor(Date.now() / 1000) * 1000 + 3_600_000)
    expect(new Date(new X509Certificate((await authority.issue(['a.test'], { notAfter: until })).certPem).validTo)).toEqual(until)
    const century = new Date('2060-01-02T03:04:05Z')
    expect(new Date(new X509Certificate((await authority.issue(['a.test'], { notAfter: century })).certPem).validTo)).toEqual(century)
  })

  it('marks which certificates are good for clients', async () => {
    const authority = await createAuthority('lab authority')
    const server = await authority.issue(['a.test'])
    const ask = (identity?: Identity) =>
      handshake(server, { ca: authority.certPem, servername: 'a.test', ...(identity && { identity }) }, authority)
    expect(await ask(await authority.issue(['admin'], { clientAuth: true }))).toBe('hello')
    expect(await ask(await authority.issue(['admin']))).not.toBe('hello')
    expect(await ask()).not.toBe('hello')
  })

  it('comes back from its saved certificate and key', async () => {
    const authority = await createAuthority('Prüfstelle, Sankt "Ö"')
    const restored = restoreAuthority({ certPem: authority.certPem, keyPem: authority.keyPem })
    const server = await restored.issue(['a.test'])
    expect(await handshake(server, { ca: authority.certPem, servername: 'a.test' })).toBe('hello')
    expect(new X509Certificate(server.certPem).checkIssued(new X509Certificate(authority.certPem))).toBe(true)
    const other = await createAuthority('another')
    expect(() => restoreAuthority({ certPem: authority.certPem, keyPem: other.keyPem })).toThrow('does not belong')
  })

  it('refuses a certificate without a name', async () => {
    await expect((await createAuthority('lab authority')).issue([])).rejects.toThrow('at least one name')
  })
})
