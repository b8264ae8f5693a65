import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isStandIn, looksSecret } from '../../../src/policies/functions/secrets.ts'

/** Shapes only: put together here, so that no file holds anything that looks like a credential. */
const letters = (count: number): string => 'aB3dE5gH7jK9mN1pQ2rS4tU6vW8xY0z'.repeat(4).slice(0, count)

describe('looksSecret', () => {
  it.each([
    ['DATABASE_URL', 'postgres://shop:correct-horse@db.example.org/shop'],
    ['SMTP_PASSWORD', 'correct-horse'],
    ['db-password', 'hunter2'],
    ['dbPassword', 'hunter2'],
    ['POSTGRES_PASSWORD', 'password'],
    ['JWT_SECRET', 'correct horse battery staple'],
    ['clientSecret', 'shop-of-mine'],
    ['BETTER_AUTH_SECRET', 'abcd1234'],
    ['COHERE_API_KEY', letters(20)],
    ['SETTING', `sk-${letters(40)}`],
    ['SETTING', `gh${'p'}_${letters(36)}`],
    ['SETTING', `AK${'IA'}ABCDEFGHIJKLMNOP`],
    ['SETTING', `glpat-${letters(20)}`],
    ['tls', `-----BEGIN PRIVATE${' '}KEY-----\nMIIE\n`],
    ['HEADER', `Bearer ${letters(30)}`],
    ['session', `eyJ${letters(20)}.eyJ${letters(20)}.${letters(20)}`],
    ['app.yaml', 'server:\n  port: 80\n  adminPassword: correct-horse\n'],
    ['config.json', '{\n  "apiKey": "0123456789abcdef",\n  "level": "info"\n}'],
    ['shop.env', 'LEVEL=info\nexport TOKEN=abcdefgh12345678\n'],
  ])('%s', (key, value) => expect(looksSecret(key, value)).toBe(true))

  it.each([
    ['JWT_ALGORITHM', 'HS256'],
    ['ACCESS_TOKEN_EXPIRE_MINUTES', '30'],
    ['MAX_TOKENS', '4096'],
    ['TOKEN_URL', 'https://auth.example.org/token'],
    ['PASSWORD_FILE', '/run/secrets/password'],
    ['SECRET', '/run/secrets/shop'],
    ['SECRET_NAME', 'shop-secrets'],
    ['tlsSecret', 'shop-tls'],
    ['imagePullSecrets', 'registry'],
    ['secret', 'shop-tls'],
    ['PASSWORD_REQUIRED', 'true'],
    ['DATABASE_URL', 'sqlite:///app/data/shop.db'],
    ['DATABASE_URL', 'postgres://user:password@db/shop'],
    ['DATABASE_URL', 'postgres://shop:${DB_PASSWORD}@db/shop'],
    ['JWT_SECRET', ''],
    ['JWT_SECRET', 'placeholder-of-JWT_SECRET'],
    ['JWT_SECRET', 'change-me-in-production'],
    ['JWT_SECRET', '${JWT_SECRET}'],
    ['JWT_SECRET', '<your secret>'],
    ['NEXT_PUBLIC_API_URL', 'http://todo-app-backend:8000/api/v1'],
    ['checksum', 'sha256:9b2a28eb47540823042a2ba401386845089bb7b62a9637d55816132c4c3c36eb'],
    ['COMMIT', '9b2a28eb47540823042a2ba401386845089bb7b6'],
    ['REQUEST_ID', '123e4567-e89b-12d3-a456-426614174000'],
    ['CORS_ORIGINS', 'http://frontend-service.lumina.svc.cluster.local:3000'],
    ['description', 'ThisIsAVeryLongNameOfSomethingInJavaWithoutDigits'],
    ['nginx.conf', 'server {\n  listen 80;\n  proxy_pass http://api:8000;\n}'],
    ['AUTHOR', 'somebody'],
  ])('not %s: %s', (key, value) => expect(looksSecret(key, value)).toBe(false))

  it('takes a long random word for one, whatever it is called', () => {
    const random = (seed: number): string => createHash('sha256').update(String(seed)).digest('base64')
    const found = Array.from({ length: 200 }, (_, seed) => looksSecret('SETTING', random(seed)))
    expect(found.filter((each) => !each).length).toBeLessThan(20)
  })

  it('answers for every text, and never calls a stand-in a secret', () => {
    fc.assert(
      fc.property(fc.string(), fc.string({ maxLength: 200 }), (key, value) => {
        const found = looksSecret(key, value)
        if (isStandIn(value.trim())) expect(found).toBe(false)
        expect(looksSecret(key, `placeholder-of-${value}`)).toBe(false)
      }),
    )
  })
})
