import { describe, expect, it } from 'vitest'
import { certificateExpiry, credentialsExpireAt, tokenExpiry } from '../../../src/adapters/kubernetes/expiry.ts'
import { createAuthority } from '../../../src/lab/certificates.ts'

const jwt = (claims: object): string => `Bearer e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.c2ln`

describe('when credentials end', () => {
  it('reads exp of a web token, in seconds', () => {
    expect(tokenExpiry(jwt({ exp: 1_800_000_000 }))).toBe(1_800_000_000_000)
  })

  it.each([undefined, 'Bearer opaque', 'Bearer a.b.c', jwt({}), jwt({ exp: 'soon' }), 'Basic eDp5'])('knows nothing of %s', (header) => {
    expect(tokenExpiry(header)).toBeUndefined()
  })

  it('takes the earlier of certificate and token', async () => {
    const notAfter = new Date(Date.UTC(2030, 5, 1))
    const { certPem } = await (await createAuthority('test')).issue(['someone'], { clientAuth: true, notAfter })
    expect(certificateExpiry(certPem)).toBe(notAfter.getTime())
    const connection = (exp: number) => ({
      server: '',
      context: '',
      tls: { cert: certPem },
      headers: async () => ({ authorization: jwt({ exp }) }),
    })
    expect(await credentialsExpireAt(connection(notAfter.getTime() / 1000 + 1))).toBe(notAfter.getTime())
    expect(await credentialsExpireAt(connection(1_800_000_000))).toBe(1_800_000_000_000)
  })

  it('counts only what does not renew itself', async () => {
    const { certPem } = await (
      await createAuthority('test')
    ).issue(['someone'], { clientAuth: true, notAfter: new Date(Date.UTC(2030, 5, 1)) })
    const connection = {
      server: '',
      context: '',
      tls: { cert: certPem },
      headers: async () => ({ authorization: jwt({ exp: 1_800_000_000 }) }),
    }
    expect(await credentialsExpireAt({ ...connection, renews: 'token' })).toBe(Date.UTC(2030, 5, 1))
    expect(await credentialsExpireAt({ ...connection, renews: 'all' })).toBeUndefined()
  })

  it('knows nothing of a text that is no certificate', () => {
    expect(certificateExpiry('-----BEGIN NOTHING-----')).toBeUndefined()
  })
})
