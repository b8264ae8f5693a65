import type { KeyObject } from 'node:crypto'
import { createHash, createPublicKey, randomBytes, sign } from 'node:crypto'
import { isIP } from 'node:net'
import * as der from './der.ts'

/** Object identifiers of RFC 5280 (names and extensions) and RFC 5758 (the signature). */
const OID = {
  commonName: '2.5.4.3',
  ecdsaWithSha256: '1.2.840.10045.4.3.2',
  subjectKeyIdentifier: '2.5.29.14',
  keyUsage: '2.5.29.15',
  subjectAltName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  authorityKeyIdentifier: '2.5.29.35',
  extendedKeyUsage: '2.5.29.37',
  serverAuth: '1.3.6.1.5.5.7.3.1',
  clientAuth: '1.3.6.1.5.5.7.3.2',
} as const

export interface CertificateRequest {
  /** DER of the names, as `distinguishedName` gives it. */
  readonly subject: Uint8Array
  readonly issuer: Uint8Array
  readonly publicKey: KeyObject
  /** The issuer's private key (ECDSA P-256). */
  readonly signingKey: KeyObject
  readonly notBefore: Date
  readonly notAfter: Date
  readonly role:
    | { readonly authority: true }
    | { readonly authority: false; readonly names: readonly string[]; readonly clientAuth: boolean }
}

/** A name of one common name. */
export const distinguishedName = (commonName: string): Buffer =>
  der.sequence(der.set(der.sequence(der.objectIdentifier(OID.commonName), der.utf8String(commonName))))

/** The subject of a certificate, byte for byte, so that what it issues names its issuer exactly. */
export function subjectOf(certificate: Uint8Array): Uint8Array {
  const [tbs = certificate] = der.children(certificate)
  const subject = der.children(tbs)[5]
  if (subject === undefined) throw new Error('not an X.509 v3 certificate')
  return subject
}

/** An X.509 v3 certificate (RFC 5280) in DER. */
export function certificate(request: CertificateRequest): Buffer {
  const algorithm = der.sequence(der.objectIdentifier(OID.ecdsaWithSha256))
  const tbs = der.sequence(
    der.explicit(0, der.unsignedInteger(Buffer.from([2]))),
    der.unsignedInteger(Buffer.concat([Buffer.from([1]), randomBytes(15)])),
    algorithm,
    request.issuer,
    der.sequence(der.time(request.notBefore), der.time(request.notAfter)),
    request.subject,
    request.publicKey.export({ type: 'spki', format: 'der' }),
    der.explicit(3, der.sequence(...extensions(request))),
  )
  return der.sequence(tbs, algorithm, der.bitString(sign('sha256', tbs, request.signingKey)))
}

function extensions(request: CertificateRequest): readonly Buffer[] {
  const identifiers = [
    extension(OID.subjectKeyIdentifier, der.octetString(keyIdentifier(request.publicKey))),
    extension(OID.authorityKeyIdentifier, der.sequence(der.implicit(0, keyIdentifier(createPublicKey(request.signingKey))))),
  ]
  if (request.role.authority) {
    const mayBeAuthority = extension(OID.basicConstraints, der.sequence(der.booleanTrue()), 'critical')
    return [mayBeAuthority, extension(OID.keyUsage, der.bitString(Buffer.from([0b0000_0110]), 1), 'critical'), ...identifiers]
  }
  const uses = [OID.serverAuth, ...(request.role.clientAuth ? [OID.clientAuth] : [])].map(der.objectIdentifier)
  return [
    extension(OID.basicConstraints, der.sequence(), 'critical'),
    extension(OID.keyUsage, der.bitString(Buffer.from([0b1000_0000]), 7), 'critical'),
    extension(OID.extendedKeyUsage, der.sequence(...uses)),
    extension(OID.subjectAltName, der.sequence(...request.role.names.map(generalName))),
    ...identifiers,
  ]
}

const extension = (oid: string, value: Uint8Array, critical?: 'critical'): Buffer =>
  der.sequence(der.objectIdentifier(oid), ...(critical === undefined ? [] : [der.booleanTrue()]), der.octetString(value))

/** SHA-1 over the public key's bits (RFC 5280, 4.2.1.2, method 1); an identifier, not a protection. */
function keyIdentifier(publicKey: KeyObject): Buffer {
  const [, bits = Buffer.alloc(2)] = der.children(publicKey.export({ type: 'spki', format: 'der' }))
  return createHash('sha1').update(bits.subarray(3)).digest()
}

/** iPAddress for addresses, dNSName for the rest. */
const generalName = (name: string): Buffer =>
  isIP(name) === 0 ? der.implicit(2, Buffer.from(name, 'ascii')) : der.implicit(7, addressBytes(name))

function addressBytes(address: string): Buffer {
  if (isIP(address) === 4) return Buffer.from(address.split('.').map(Number))
  const [head = '', tail] = address.split('::')
  const before = groups(head)
  const after = tail === undefined ? [] : groups(tail)
  return Buffer.from([...before, ...Array<string>(8 - before.length - after.length).fill('0000'), ...after].join(''), 'hex')
}

const groups = (text: string): readonly string[] => (text === '' ? [] : text.split(':').map((group) => group.padStart(4, '0')))
