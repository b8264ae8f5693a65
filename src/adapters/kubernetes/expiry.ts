import { X509Certificate } from 'node:crypto'
import type { ClusterConnection } from './connection.ts'

/**
 * When the credentials end, in milliseconds since the epoch: the earlier of the token's `exp` and the client certificate's end. Undefined: they do
 * not say, or they renew themselves before.
 */
export async function credentialsExpireAt(connection: ClusterConnection): Promise<number | undefined> {
  if (connection.renews === 'all') return undefined
  const token = connection.renews === 'token' ? undefined : (await connection.headers())['authorization']
  const ends = [tokenExpiry(token), certificateExpiry(connection.tls.cert)].filter((each) => each !== undefined)
  return ends.length === 0 ? undefined : Math.min(...ends)
}

/** `exp` of a JSON web token (RFC 7519, seconds); undefined for an opaque token. The signature is the server's business. */
export function tokenExpiry(authorization: string | undefined): number | undefined {
  const payload = /^Bearer [^.]+\.([^.]+)\.[^.]*$/.exec(authorization ?? '')?.[1]
  if (payload === undefined) return undefined
  try {
    const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'))
    if (typeof claims !== 'object' || claims === null || !('exp' in claims) || typeof claims.exp !== 'number') return undefined
    return claims.exp * 1000
  } catch {
    return undefined
  }
}

/** End of validity of the first certificate in a PEM text. */
export function certificateExpiry(pem: string | undefined): number | undefined {
  if (pem === undefined) return undefined
  try {
    const time = Date.parse(new X509Certificate(pem).validTo)
    return Number.isNaN(time) ? undefined : time
  } catch {
    return undefined
  }
}
