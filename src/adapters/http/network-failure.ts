import { certificateReason } from './certificate-reason.ts'

/** How asking over the network can fail; the words of `HttpExchange.failure`. */
export type FailureKind = 'refused' | 'reset' | 'timeout' | 'dns' | 'unreachable' | 'tls' | 'protocol'

export interface NetworkFailure {
  readonly failure: FailureKind
  /** One clause in words, with the system's code: "connection refused by 127.0.0.1:4646 (ECONNREFUSED)". */
  readonly detail: string
  /** True only where the connection never stood, so that no byte of the request can have left. */
  readonly neverSent: boolean
}

const KIND_OF_CODE: Readonly<Record<string, FailureKind>> = {
  ECONNREFUSED: 'refused',
  ENOTFOUND: 'dns',
  EHOSTUNREACH: 'unreachable',
  EHOSTDOWN: 'unreachable',
  ENETUNREACH: 'unreachable',
  ENETDOWN: 'unreachable',
  EADDRNOTAVAIL: 'unreachable',
  ENOENT: 'unreachable',
  EACCES: 'unreachable',
  ETIMEDOUT: 'timeout',
  UND_ERR_CONNECT_TIMEOUT: 'timeout',
  UND_ERR_HEADERS_TIMEOUT: 'timeout',
  UND_ERR_BODY_TIMEOUT: 'timeout',
  ECONNRESET: 'reset',
  ECONNABORTED: 'reset',
  EPIPE: 'reset',
  UND_ERR_SOCKET: 'reset',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'reset',
  EPROTO: 'tls',
  UND_ERR_HEADERS_OVERFLOW: 'protocol',
}

const WORDS: Readonly<Record<FailureKind, string>> = {
  refused: 'connection refused',
  reset: 'the connection was closed before the answer was complete',
  timeout: 'no answer in time',
  dns: 'the name cannot be resolved',
  unreachable: 'no route to the address',
  tls: 'TLS failed',
  protocol: 'the answer is not HTTP',
}

/** Any error of a socket, of TLS or of undici, as one of the seven kinds. Undefined: no failure of the network (a bug, an abort). */
export function networkFailure(thrown: unknown): NetworkFailure | undefined {
  const error = mostTelling(thrown)
  const code = textOf(error, 'code') ?? ''
  const refusal = /Proxy response \((\d+)\)/.exec(messageOf(error))
  if (refusal) return { failure: 'unreachable', detail: `the proxy refused to connect (its answer: ${refusal[1]})`, neverSent: true }
  const reason = certificateReason(code, messageOf(error))
  if (reason !== undefined) return { failure: 'tls', detail: reason, neverSent: true }
  const failure = KIND_OF_CODE[code] ?? kindByFamily(code, error)
  if (failure === undefined) return undefined
  const connecting = textOf(error, 'syscall') === 'connect' || code === 'UND_ERR_CONNECT_TIMEOUT' || failure === 'dns'
  return { failure, detail: `${describe(failure, error, code)}${code === '' ? '' : ` (${code})`}`, neverSent: connecting }
}

function kindByFamily(code: string, error: unknown): FailureKind | undefined {
  if (code.startsWith('EAI_')) return 'dns'
  if (code.startsWith('ERR_SSL_') || code.startsWith('ERR_TLS_')) return 'tls'
  if (code.startsWith('HPE_') || (error instanceof Error && error.name === 'HTTPParserError')) return 'protocol'
  return textOf(error, 'syscall') === 'connect' ? 'unreachable' : undefined
}

function describe(failure: FailureKind, error: unknown, code: string): string {
  const where = whereOf(error)
  if (failure === 'tls') {
    return /WRONG_VERSION|PACKET_LENGTH|UNKNOWN_PROTOCOL|HTTP_REQUEST/.test(
      `${code} ${messageOf(error).toUpperCase().replaceAll(' ', '_')}`,
    )
      ? 'the server does not speak TLS on this port'
      : `the TLS handshake failed: ${tlsAlert(messageOf(error))}`
  }
  if (failure === 'protocol') return `the answer is not HTTP: ${messageOf(error)}`
  if (failure === 'unreachable' && (code === 'ENOENT' || code === 'EACCES'))
    return `the socket cannot be opened: ${where ?? messageOf(error)}`
  return `${WORDS[failure]}${where === undefined ? '' : `: ${where}`}`
}

/** OpenSSL's messages are `40D7…:error:0A000410:SSL routines:…:sslv3 alert handshake failure:file:line:…`; a person wants the fifth field. */
function tlsAlert(message: string): string {
  const fields = message.split(':')
  return (/error/.test(fields[1] ?? '') ? (fields[5] ?? message) : message).trim()
}

function whereOf(error: unknown): string | undefined {
  const address = textOf(error, 'address') ?? textOf(error, 'hostname') ?? textOf(error, 'path')
  if (address === undefined) return undefined
  const port = typeof error === 'object' && error !== null && 'port' in error ? error.port : undefined
  return typeof port === 'number' || typeof port === 'string' ? `${address}:${port}` : address
}

/** Happy eyeballs reports one error an address, undici wraps some in a `cause`: the innermost with a code says most. */
function mostTelling(thrown: unknown): unknown {
  if (thrown instanceof AggregateError) {
    const coded = (thrown.errors as readonly unknown[]).filter((each) => textOf(each, 'code') !== undefined)
    // Of a name with addresses of both families, one that we have no route to says nothing where the other was asked.
    return coded.find((each) => KIND_OF_CODE[textOf(each, 'code') ?? ''] !== 'unreachable') ?? coded[0] ?? thrown
  }
  if (thrown instanceof Error && thrown.cause !== undefined && KIND_OF_CODE[textOf(thrown, 'code') ?? ''] === undefined) {
    return textOf(thrown.cause, 'code') === undefined ? thrown : mostTelling(thrown.cause)
  }
  return thrown
}

function textOf(value: unknown, key: string): string | undefined {
  if (typeof value !== 'object' || value === null || !(key in value)) return undefined
  const found: unknown = Reflect.get(value, key)
  return typeof found === 'string' ? found : undefined
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
