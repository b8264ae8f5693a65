import { expect, it } from 'vitest'
import { planLiterals } from '../../../src/policies/functions/plan-literals.ts'

it.each([
  ['helm.set.secrets.jwtSecret', 'correct-horse-battery', true],
  ['helm.set.backend.databaseUrl', 'postgres://shop:correct-horse@db.example.org/shop', true],
  ['helm.set.backend.databaseUrl', 'postgres://shop:correct-horse@${env:DB_HOST}/shop', true],
  ['helm.set.backend.databaseUrl', 'postgres://shop:${env:DB_PASSWORD}@db.example.org/shop', false],
  ['helm.set.smtpPassword', '12345678', true],
  ['helm.set.secrets.jwtSecret', '${env:JWT_SECRET}', false],
  ['helm.set.secrets.token', 'prefix-${env:TOKEN}', false],
  ['helm.set.image.tag', 'v1.4.2', false],
])('%s: %s', (where, value, secret) => {
  expect(planLiterals({ literals: [{ step: 'deploy', where, value }] })).toEqual([{ step: 'deploy', where, secret }])
})
