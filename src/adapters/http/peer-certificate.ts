import type { PeerCertificate as NodeCertificate, TLSSocket } from 'node:tls'
import { checkServerIdentity } from 'node:tls'

import type { PeerCertificate } from '../../domain/ports/visitor.ts'
import { certificateReason } from './certificate-reason.ts'

/**
 * The certificate that a server showed, and whether it would be trusted for `name`. The socket must have been opened with
 * `rejectUnauthorized: false`: only then there is a certificate to look at when it is not trusted. Undefined: it showed none.
 */
export function peerCertificate(socket: TLSSocket, name: string): PeerCertificate | undefined {
  const found = socket.getPeerCertificate()
  if (found.raw === undefined) return undefined
  const authorizationError = socket.authorized ? undefined : whyNot(socket, name, found)
  return {
    subject: nameText(found.subject),
    altNames: (found.subjectaltname ?? '').split(', ').flatMap((each) => /^(?:DNS|IP Address):(.+)$/.exec(each)?.[1] ?? []),
    issuer: nameText(found.issuer),
    validTo: Date.parse(found.valid_to),
    authorized: socket.authorized,
    ...(authorizationError !== undefined && { authorizationError }),
  }
}

function whyNot(socket: TLSSocket, name: string, found: NodeCertificate): string {
  // Typed as an Error, but Node sets its code.
  const code = String(socket.authorizationError)
  const message = code === 'ERR_TLS_CERT_ALTNAME_INVALID' ? (checkServerIdentity(name, found)?.message ?? '') : ''
  const reason = certificateReason(code, message) ?? `the certificate does not verify (${code})`
  if (code === 'CERT_HAS_EXPIRED') return reason.replace('expired', `expired on ${day(found.valid_to)}`)
  return code === 'CERT_NOT_YET_VALID' ? reason.replace('not valid yet', `not valid before ${day(found.valid_from)}`) : reason
}

/** OpenSSL's `Jan  1 00:00:00 2027 GMT` as `2027-01-01`. */
const day = (text: string): string => new Date(text).toISOString().slice(0, 10)

/** A distinguished name on one line: `CN=lab.example, O=Lab`. */
function nameText(name: object): string {
  return Object.entries(name)
    .flatMap(([key, value]: [string, unknown]) => (Array.isArray(value) ? value : [value]).map((each) => `${key}=${String(each)}`))
    .join(', ')
}
