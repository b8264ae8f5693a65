import { describe, expect, it } from 'vitest'
import { dockerfiles, isRootUser } from '../../../src/policies/functions/dockerfile.ts'

it.each([
  ['', true],
  ['root', true],
  ['0', true],
  ['0:0', true],
  ['root:wheel', true],
  ['00', true],
  ['1000', false],
  ['1000:0', false],
  ['node', false],
])('user %j is root: %s', (user, root) => expect(isRootUser(user)).toBe(root))

describe('dockerfiles', () => {
  const expects = { images: { shop: { dockerfile: 'a.Dockerfile' }, api: { maxSize: '1MB' } } }

  it('are those that the plan names', () => {
    expect(dockerfiles(expects, { 'a.Dockerfile': 'FROM a\nUSER 5' })).toMatchObject([
      { object: 'shop', path: 'a.Dockerfile', read: true, stages: 1, user: '5', healthCheck: false },
    ])
  })

  it('says which could not be read, and nothing where nobody tried', () => {
    expect(dockerfiles(expects, {})).toMatchObject([{ object: 'shop', read: false }])
    expect(dockerfiles(expects, undefined)).toEqual([])
  })
})
