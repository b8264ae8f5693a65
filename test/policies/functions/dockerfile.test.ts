import { describe, expect, it } from 'vitest'
import { dockerfile, dockerfiles, isRootUser } from '../../../src/policies/functions/dockerfile.ts'

describe('dockerfile', () => {
  it('reads the last stage', () => {
    const text =
      'from node:22 AS build\nUSER root\nHEALTHCHECK CMD true\nFROM node:22-slim\nRUN apt-get update \\\n  # a comment between\n  && USER=x true\nuser 1000:1000\n'
    expect(dockerfile(text)).toEqual({ stages: 2, user: '1000:1000', healthCheck: false })
  })

  it.each([
    ['FROM a\nUSER a\nUSER root\n', { stages: 1, user: 'root' }],
    ['FROM a\nHEALTHCHECK --interval=5s CMD curl -f http://localhost/\n', { healthCheck: true }],
    ['FROM a\nHEALTHCHECK NONE\n', { healthCheck: false }],
    ['# USER 1000\nFROM a\n', { user: '' }],
    ['FROM a\r\nUSER 1000\r\n', { user: '1000' }],
    ['', { stages: 0, user: '', healthCheck: false }],
  ])('%j', (text, expected) => expect(dockerfile(text)).toMatchObject(expected))
})

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
    expect(dockerfiles(expects, { 'a.Dockerfile': 'FROM a\nUSER 5' })).toEqual([
      { object: 'shop', path: 'a.Dockerfile', read: true, stages: 1, user: '5', healthCheck: false },
    ])
  })

  it('says which could not be read, and nothing where nobody tried', () => {
    expect(dockerfiles(expects, {})).toMatchObject([{ object: 'shop', read: false }])
    expect(dockerfiles(expects, undefined)).toEqual([])
  })
})
