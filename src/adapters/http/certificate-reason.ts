/** Why OpenSSL or Node refuse a certificate, in words. The keys are theirs (`X509_V_ERR_*` without the prefix, and Node's own). */
const REASONS: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: 'the certificate has expired',
  CERT_NOT_YET_VALID: 'the certificate is not valid yet',
  CERT_REVOKED: 'the certificate was revoked',
  CERT_UNTRUSTED: 'the certificate is not trusted',
  CERT_REJECTED: 'the certificate was rejected',
  CERT_SIGNATURE_FAILURE: "the certificate's signature is wrong",
  CERT_CHAIN_TOO_LONG: 'the certificate chain is too long',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'the certificate is self-signed and not trusted',
  SELF_SIGNED_CERT_IN_CHAIN: 'the certificate comes from a private authority that is not trusted',
  UNABLE_TO_GET_ISSUER_CERT: "the authority's certificate is missing",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    'the certificate comes from an authority that is not trusted, or the server leaves out an intermediate certificate',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    'the certificate comes from an authority that is not trusted, or the server leaves out an intermediate certificate',
  INVALID_CA: 'an authority in the chain may not sign certificates',
  INVALID_PURPOSE: 'the certificate is not meant for servers',
  HOSTNAME_MISMATCH: 'the certificate is for another name',
}

/** The reason as a clause with its code, for a code of certificate verification; undefined for any other error. */
export function certificateReason(code: string, message: string): string | undefined {
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') return `${wrongName(message)} (${code})`
  const reason = REASONS[code]
  return reason === undefined ? undefined : `${reason} (${code})`
}

/** Node's sentence holds both names: "… Host: a. is not in the cert's altnames: DNS:b", "IP: 192.0.2.1 is not in the cert's list: ". */
function wrongName(message: string): string {
  const [, wanted, found] =
    /(?:Host|IP): (.+?)\.? is not (?:in the cert's altnames|in the cert's list|cert's CN): ?(.*)$/.exec(message) ?? []
  if (wanted === undefined || found === undefined) return 'the certificate is for another name'
  const names = found.replaceAll(/\b(?:DNS|IP Address):/g, '')
  return `the certificate is for ${names === '' ? 'no address' : names}, not for ${wanted}`
}
