import type { Socket } from 'node:net'
import { connect as connectNet, isIP } from 'node:net'
import type { SecureContext, TLSSocket } from 'node:tls'
import { connect as connectTls, createSecureContext } from 'node:tls'
import type { buildConnector } from 'undici'

import type { HttpRequest, HttpTimings, PeerCertificate } from '../../domain/ports/visitor.ts'
import { hostOf } from './proxy.ts'

/** What became known of an exchange so far. */
export interface Trace {
  readonly timings: { -readonly [Point in keyof HttpTimings]: HttpTimings[Point] }
  certificate?: PeerCertificate
  readonly elapsed: () => number
}

export type SocketAddress = { readonly host: string; readonly port: number } | { readonly path: string }
export type OpenSocket = (address: SocketAddress) => Socket

/** The server's certificate does not verify; `message` is the reason in words. */
export class CertificateRefused extends Error {}

export function startTrace(): Trace {
  const start = performance.now()
  return { timings: {}, elapsed: () => performance.now() - start }
}

/** Where the request goes: the socket, the address given, or what the URL says. */
export function addressOf(request: HttpRequest, url: URL): SocketAddress {
  if (request.socketPath !== undefined) return { path: request.socketPath }
  const usual = Number(url.port || (url.protocol === 'https:' ? 443 : 80))
  if (request.connectTo === undefined) return { host: hostOf(url), port: usual }
  const [, bracketed, plain, port] = /^(?:\[(.+)\]|([^:]+|.*:.*:.*?))(?::(\d+))?$/.exec(request.connectTo) ?? []
  return { host: bracketed ?? plain ?? request.connectTo, port: port === undefined ? usual : Number(port) }
}

export const openSocket: OpenSocket = (address) => connectNet({ ...address, noDelay: true })

/**
 * Connects one request as it asks to be, and writes down when TCP stood, when TLS stood, when the first byte came, and the certificate.
 * Ends with `signal`, at any point. For undici's `Client({ connect })`.
 */
export function tracedConnector(
  request: HttpRequest,
  url: URL,
  trace: Trace,
  signal: AbortSignal,
  open: OpenSocket,
  readCertificate: (socket: TLSSocket, name: string) => PeerCertificate | undefined,
): buildConnector.connector {
  return (_options, callback) => {
    const socket = open(addressOf(request, url))
    const abort = (): void => void socket.destroy(signal.reason as Error)
    signal.addEventListener('abort', abort, { once: true })
    socket.once('close', () => signal.removeEventListener('abort', abort))
    const done = once(callback)
    socket.on('error', (error) => done(error, null))
    socket.once('connect', () => {
      trace.timings.connected = trace.elapsed()
      if (url.protocol !== 'https:') return done(null, observed(socket, trace))
      secure(socket, request, url, trace, readCertificate).then(
        (secured) => done(null, observed(secured, trace)),
        (error: Error) => done(error, null),
      )
    })
  }
}

/** Authorities read once each: a visitor comes every second. Sessions are not kept in it, so each handshake is that of a new visitor. */
const contexts = new Map<string | undefined, SecureContext>()
/** Authorities of one site and of a few transports; a plan that has more reads them anew. */
const MOST_CONTEXTS = 16

function trusting(ca: string | undefined): SecureContext {
  const known = contexts.get(ca)
  if (known !== undefined) return known
  const context = createSecureContext(ca === undefined ? {} : { ca })
  if (contexts.size < MOST_CONTEXTS) contexts.set(ca, context)
  return context
}

/** TLS over a connected socket. What does not verify is refused after the certificate was written down. */
function secure(
  socket: Socket,
  request: HttpRequest,
  url: URL,
  trace: Trace,
  readCertificate: (socket: TLSSocket, name: string) => PeerCertificate | undefined,
): Promise<TLSSocket> {
  const name = request.serverName ?? hostOf(url)
  return new Promise((resolve, reject) => {
    const secured = connectTls({
      socket,
      host: name,
      // SNI holds names alone (RFC 6066); an address is verified, but not sent.
      servername: isIP(name) === 0 ? name : '',
      ALPNProtocols: ['http/1.1'],
      rejectUnauthorized: false,
      secureContext: trusting(request.ca),
    })
    secured.on('error', reject)
    secured.once('close', () => reject(Object.assign(new Error('closed during the TLS handshake'), { code: 'ECONNRESET' })))
    secured.once('secureConnect', () => {
      trace.timings.secured = trace.elapsed()
      trace.certificate = readCertificate(secured, name)
      if (secured.authorized || request.insecureSkipVerify === true) return resolve(secured)
      reject(new CertificateRefused(trace.certificate?.authorizationError ?? 'the server showed no certificate'))
      secured.destroy()
    })
  })
}

/** Writes down when the first byte of the answer is there to be read. */
function observed<Connection extends Socket>(socket: Connection, trace: Trace): Connection {
  const onReadable = (): void => {
    if (socket.readableLength === 0) return
    trace.timings.firstByte ??= trace.elapsed()
    socket.off('readable', onReadable)
  }
  return socket.on('readable', onReadable)
}

function once(callback: buildConnector.Callback): buildConnector.Callback {
  let called = false
  return (...outcome) => {
    if (!called) callback(...outcome)
    called = true
  }
}
