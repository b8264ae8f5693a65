import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { createServer as createPlainServer } from 'node:http'
import type { ServerOptions } from 'node:https'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import { createSecureContext, TLSSocket } from 'node:tls'
import type { LabHandler, LabListener, LabRequest } from '../contract.ts'
import { answerSafely } from './safely.ts'

/** Set by the listener alone: common name of a client certificate that the listener's `ca` signed. */
export const CLIENT_CERTIFICATE_HEADER = 'x-lab-client-certificate'

export interface TlsListener {
  readonly cert: string
  readonly key: string
  readonly ca?: string
  readonly requestCert?: boolean
  /** Another certificate for those who ask for one of these names. */
  readonly named?: { readonly names: readonly string[]; readonly cert: string; readonly key: string }
}

export interface ListenOptions {
  /** Default 0: the system chooses. */
  readonly port?: number
  /** PEM texts. `requestCert` asks for a client certificate without insisting on one, as the Kubernetes API server does. */
  readonly tls?: TlsListener
}

/**
 * Serves a handler on 127.0.0.1. `drop` closes the connection without an answer; the request's signal aborts when the
 * client goes away; `close` ends every connection at once. Rejects with the system's error (`EADDRINUSE`).
 */
export async function listen(handler: LabHandler, options: ListenOptions = {}): Promise<LabListener> {
  const onRequest: RequestListener = (request, response) => void serve(handler, request, response)
  const { tls } = options
  const server = tls === undefined ? createPlainServer(onRequest) : createTlsServer(tlsOptions(tls), onRequest)
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host: '127.0.0.1', port: options.port ?? 0 }, () => {
      server.off('error', reject)
      resolve()
    })
  })
  const { port } = server.address() as AddressInfo
  return {
    url: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}`,
    port,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        for (const socket of sockets) socket.destroy()
      }),
  }
}

function tlsOptions({ cert, key, ca, requestCert = false, named }: TlsListener): ServerOptions {
  const own = { cert, key, ...(ca !== undefined && { ca }), requestCert, rejectUnauthorized: false }
  if (named === undefined) return own
  const context = createSecureContext(named)
  return { ...own, SNICallback: (name, done) => done(null, named.names.includes(name) ? context : undefined) }
}

async function serve(handler: LabHandler, incoming: IncomingMessage, response: ServerResponse): Promise<void> {
  const gone = new AbortController()
  response.once('close', () => gone.abort(new Error('the client went away')))
  incoming.on('error', () => gone.abort(new Error('the client went away')))
  const body = await readBody(incoming)
  if (body === undefined || gone.signal.aborted) return
  const answer = await answerSafely(handler, labRequest(incoming, body, gone.signal))
  if (gone.signal.aborted) return
  if (answer === 'drop') {
    incoming.socket.destroy()
    return
  }
  const bytes = Buffer.from(answer.body)
  response.writeHead(answer.status, { 'content-length': String(bytes.length), ...answer.headers })
  response.end(incoming.method === 'HEAD' ? undefined : bytes)
}

/** The body as UTF-8; undefined when the client went away while sending it. */
async function readBody(incoming: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = []
  try {
    for await (const chunk of incoming) chunks.push(chunk as Buffer)
  } catch {
    return undefined
  }
  return Buffer.concat(chunks).toString('utf8')
}

function labRequest(incoming: IncomingMessage, body: string, signal: AbortSignal): LabRequest {
  const headers: Record<string, string> = {}
  for (const [name, value] of Object.entries(incoming.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(', ') : value
  }
  delete headers[CLIENT_CERTIFICATE_HEADER]
  const { socket } = incoming
  if (socket instanceof TLSSocket && socket.authorized) {
    const name = socket.getPeerCertificate().subject?.CN
    if (typeof name === 'string') headers[CLIENT_CERTIFICATE_HEADER] = name
  }
  const target = incoming.url ?? '/'
  const mark = target.indexOf('?')
  return {
    method: incoming.method ?? 'GET',
    path: mark === -1 ? target : target.slice(0, mark),
    query: new URLSearchParams(mark === -1 ? '' : target.slice(mark + 1)),
    headers,
    body,
    signal,
  }
}
