import { describe, expect, it } from 'vitest'

import { networkFailure } from '../../../src/adapters/http/network-failure.ts'

const systemError = (code: string, more: object = {}): Error => Object.assign(new Error(code), { code, ...more })

describe('network failure', () => {
  it('is never sure that nothing left, unless the connection never stood', () => {
    expect(networkFailure(systemError('ETIMEDOUT', { syscall: 'connect' }))).toMatchObject({ failure: 'timeout', neverSent: true })
    expect(networkFailure(systemError('ETIMEDOUT', { syscall: 'read' }))).toMatchObject({ failure: 'timeout', neverSent: false })
    expect(networkFailure(systemError('EHOSTUNREACH', { syscall: 'connect' }))).toMatchObject({ failure: 'unreachable', neverSent: true })
    expect(networkFailure(systemError('EHOSTUNREACH', { syscall: 'read' }))).toMatchObject({ failure: 'unreachable', neverSent: false })
    expect(networkFailure(systemError('ECONNRESET', { syscall: 'read' }))).toMatchObject({ failure: 'reset', neverSent: false })
    expect(networkFailure(systemError('ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED'))).toMatchObject({ failure: 'tls', neverSent: false })
  })

  it('looks into what happy eyeballs and undici wrap', () => {
    const refused = systemError('ECONNREFUSED', { syscall: 'connect', address: '::1', port: 4646 })
    const expected = { failure: 'refused', detail: 'connection refused: ::1:4646 (ECONNREFUSED)', neverSent: true }
    expect(networkFailure(new AggregateError([refused, refused]))).toEqual(expected)
    expect(networkFailure(new TypeError('fetch failed', { cause: refused }))).toEqual(expected)
  })

  it('of a name with two addresses says what the one that we have a way to did', () => {
    const noWay = systemError('ENETUNREACH', { syscall: 'connect', address: '2001:db8::1', port: 443 })
    const refused = systemError('ECONNREFUSED', { syscall: 'connect', address: '192.0.2.1', port: 443 })
    expect(networkFailure(new AggregateError([noWay, refused]))).toMatchObject({ failure: 'refused' })
    expect(networkFailure(new AggregateError([noWay, noWay]))).toMatchObject({ failure: 'unreachable' })
  })

  it('says in words why a certificate was refused', () => {
    expect(networkFailure(systemError('DEPTH_ZERO_SELF_SIGNED_CERT'))).toEqual({
      failure: 'tls',
      detail: 'the certificate is self-signed and not trusted (DEPTH_ZERO_SELF_SIGNED_CERT)',
      neverSent: true,
    })
    const address = Object.assign(
      new Error("Hostname/IP does not match certificate's altnames: IP: 192.0.2.1 is not in the cert's list: "),
      {
        code: 'ERR_TLS_CERT_ALTNAME_INVALID',
      },
    )
    expect(networkFailure(address)?.detail).toBe('the certificate is for no address, not for 192.0.2.1 (ERR_TLS_CERT_ALTNAME_INVALID)')
  })

  it("takes the reason out of OpenSSL's message", () => {
    const error = Object.assign(
      new Error('40A7:error:0A000410:SSL routines:ssl3_read_bytes:sslv3 alert handshake failure:../ssl/record.c:1590:SSL alert number 40'),
      {
        code: 'ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE',
      },
    )
    expect(networkFailure(error)?.detail).toBe(
      'the TLS handshake failed: sslv3 alert handshake failure (ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE)',
    )
  })

  it('is none where the program failed, not the network', () => {
    expect(networkFailure(new TypeError('x is not a function'))).toBeUndefined()
    expect(networkFailure('a string')).toBeUndefined()
    expect(networkFailure(undefined)).toBeUndefined()
  })
})
