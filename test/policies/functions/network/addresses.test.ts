import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addresses, isOnlyTold, serviceOf } from '../../../../src/policies/functions/network/addresses.ts'

describe('addresses', () => {
  it.each([
    ['http://api:8000/api/v1', [['http', 'api', 8000]]],
    ['https://api.example.org', [['https', 'api.example.org', 443]]],
    ['postgresql+asyncpg://shop:word@db.shop.svc:5433/shop', [['postgresql+asyncpg', 'db.shop.svc', 5433]]],
    ['postgresql+asyncpg://shop:word@db/shop', [['postgresql+asyncpg', 'db', 5432]]],
    ['jdbc:postgresql://db/shop', [['postgresql', 'db', 5432]]],
    ['redis://cache', [['redis', 'cache', 6379]]],
    [
      'http://a:1,http://b:2',
      [
        ['http', 'a', 1],
        ['http', 'b', 2],
      ],
    ],
    [
      'kafka-0:9092,kafka-1:9092',
      [
        ['', 'kafka-0', 9092],
        ['', 'kafka-1', 9092],
      ],
    ],
    ['sqlite:///app/data/shop.db', []],
    ['info', []],
    ['12:30:45', []],
    [
      'proxy_pass http://api:8000;\nproxy_pass http://web;',
      [
        ['http', 'api', 8000],
        ['http', 'web', 80],
      ],
    ],
  ] as const)('%s', (text, expected) => expect(addresses(text).map(({ scheme, host, port }) => [scheme, host, port])).toEqual(expected))

  it('finds an address whatever follows it', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 300 }), (text) => {
        expect(addresses(`http://api:80/ ${text}`)[0]).toEqual({ scheme: 'http', host: 'api', port: 80 })
      }),
    )
  })
})

it.each([
  ['api', { service: 'api', namespace: 'shop' }],
  ['api.other', { service: 'api', namespace: 'other' }],
  ['api.other.svc', { service: 'api', namespace: 'other' }],
  ['api.other.svc.cluster.local', { service: 'api', namespace: 'other' }],
  ['www.example.org', undefined],
])('%s means %j', (host, expected) => expect(serviceOf(host, 'shop')).toEqual(expected))

it.each([
  ['CORS_ORIGINS', true],
  ['ALLOWED_HOSTS', true],
  ['FRONTEND_URL', true],
  ['NEXT_PUBLIC_APP_URL', true],
  ['NEXT_PUBLIC_API_URL', false],
  ['BACKEND_URL', false],
  ['DATABASE_URL', false],
  ['SCORES_URL', false],
])('%s is only told: %s', (key, told) => expect(isOnlyTold(key)).toBe(told))
