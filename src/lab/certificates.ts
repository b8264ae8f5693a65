import type { KeyObject } from 'node:crypto'
import { createPrivateKey, createPublicKey, generateKeyPair, X509Certificate } from 'node:crypto'
import { promisify } from 'node:util'
import { certificate, distinguishedName, subjectOf } from './certificates/x509.ts'

const YEAR_MS = 365 * 86_400_000
/** Clocks differ a little: a certificate is valid from an hour before it was made. */
const BACKDATE_MS = 3_600_000

/** A certificate and its private key (PKCS #8), as PEM text. */
export interface Identity {
  readonly certPem: string
  readonly keyPem: string
}

/** A private certificate authority, for the lab's TLS listeners and their clients. */
export interface Authority extends Identity {
  /**
   * A certificate for these host names and IP addresses; the first is its common name. For servers, with `clientAuth` for
   * clients too. Valid for a year unless `notAfter` says otherwise.
   */
  issue(names: readonly string[], options?: { readonly clientAuth?: boolean; readonly notAfter?: Date }): Promise<Identity>
}

/** A new authority with an ECDSA P-256 key, valid for ten years. */
export async function createAuthority(commonName: string): Promise<Authority> {
  const { privateKey, publicKey } = await newKeys()
  const name = distinguishedName(commonName)
  const bytes = certificate({
    subject: name,
    issuer: name,
    publicKey,
    signingKey: privateKey,
    ...validity(new Date(Date.now() + 10 * YEAR_MS)),
    role: { authority: true },
  })
  return restoreAuthority({ certPem: certificatePem(bytes), keyPem: keyPem(privateKey) })
}

/** A certificate that a server made for itself, as Traefik does for names that it has none for: nobody trusts it. */
export async function createSelfSigned(commonName: string, name: string): Promise<Identity> {
  const { privateKey, publicKey } = await newKeys()
  const subject = distinguishedName(commonName)
  const bytes = certificate({
    subject,
    issuer: subject,
    publicKey,
    signingKey: privateKey,
    ...validity(new Date(Date.now() + YEAR_MS)),
    role: { authority: false, names: [name], clientAuth: false },
  })
  return { certPem: certificatePem(bytes), keyPem: keyPem(privateKey) }
}

/** The authority that was saved as its certificate and key: what it issues is trusted by whoever trusted it before. */
export function restoreAuthority(saved: Identity): Authority {
  const signingKey = createPrivateKey(saved.keyPem)
  const own = new X509Certificate(saved.certPem)
  if (!own.checkPrivateKey(signingKey)) throw new Error(`the key does not belong to the certificate of ${own.subject}`)
  const issuer = subjectOf(own.raw)
  return {
    certPem: saved.certPem,
    keyPem: saved.keyPem,
    issue: async (names, options = {}) => {
      const [commonName] = names
      if (commonName === undefined) throw new Error('a certificate needs at least one name')
      const { privateKey, publicKey } = await newKeys()
      const bytes = certificate({
        subject: distinguishedName(commonName),
        issuer,
        publicKey,
        signingKey,
        ...validity(options.notAfter ?? new Date(Date.now() + YEAR_MS)),
        role: { authority: false, names, clientAuth: options.clientAuth ?? false },
      })
      return { certPem: certificatePem(bytes), keyPem: keyPem(privateKey) }
    },
  }
}

async function newKeys(): Promise<{ readonly privateKey: KeyObject; readonly publicKey: KeyObject }> {
  const { privateKey } = await promisify(generateKeyPair)('ec', { namedCurve: 'P-256' })
  return { privateKey, publicKey: createPublicKey(privateKey) }
}

/** An end in the past gives a certificate that has expired, not one that is malformed. */
function validity(notAfter: Date): { readonly notBefore: Date; readonly notAfter: Date } {
  return { notBefore: new Date(Math.min(Date.now(), notAfter.getTime()) - BACKDATE_MS), notAfter }
}

const keyPem = (key: KeyObject): string => key.export({ type: 'pkcs8', format: 'pem' }).toString()

function certificatePem(bytes: Buffer): string {
  const lines = bytes.toString('base64').match(/.{1,64}/g) ?? []
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n')
}
