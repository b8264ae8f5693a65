import { expect, test } from 'vitest'
import { compareSides } from '../../../src/steps/compare-sides.ts'
import { spec } from '../../../src/steps/compare-sides/spec.ts'
import { PLAN } from '../context.ts'
import { specOf } from './answers.ts'

test('what is left out', () => {
  expect(spec.parse({ paths: ['/'] })).toEqual({
    paths: ['/'],
    headers: ['content-type'],
    cookies: true,
    body: 'text',
    ignore: [],
    fine: [],
  })
})

test.each([
  [{ paths: [] }, /./],
  [{ paths: ['about'] }, /a path of the site that begins with one \//],
  [{ paths: ['//evil.org/'] }, /begins with one \//],
  [{ paths: ['/a b'] }, /begins with one \//],
  [{ paths: ['/#part'] }, /begins with one \//],
  [{ paths: ['/'], headers: ['Set-Cookie'] }, /must not be set-cookie/],
  [{ paths: ['/'], headers: ['date'] }, /must not be date: it differs from one second/],
  [{ paths: ['/'], headers: ['a b'] }, /the name of a header/],
  [{ paths: ['/'], ignore: ['(a'] }, /must be a regular expression .*Unterminated group/],
  [{ paths: ['/'], ignore: [''] }, /./],
  [{ paths: ['/'], clientAddress: { path: '/who', pattern: 'ip=\\S+' } }, /exactly one group/],
  [{ paths: ['/'], clientAddress: { path: '/who', pattern: '(a)(b)' } }, /exactly one group/],
  [{ paths: ['/'], fine: [{ what: 'everything', because: 'x' }] }, /status, location, body, cookies or header:NAME/],
  [{ paths: ['/'], fine: [{ what: 'body', because: '' }] }, /./],
  [{ paths: ['/'], fine: [{ what: 'body' }] }, /./],
  [{ paths: ['/'], follow: true }, /follow/],
])('%j is refused', (written, message) => {
  const result = spec.safeParse(written)
  expect(result.success).toBe(false)
  expect(result.error?.issues.map((each) => each.message).join('\n')).toMatch(message)
})

test('a pattern that is broken is told once', () => {
  expect(spec.safeParse({ paths: ['/'], clientAddress: { path: '/who', pattern: '(a' } }).error?.issues).toHaveLength(1)
})

test.each([
  [{ path: '/nowhere', what: 'body' }, '`fine` names body of /nowhere, but `paths` does not name /nowhere'],
  [{ what: 'header:etag' }, '`fine` names header:etag of any path, but `headers` does not name etag'],
])('a declaration that can never match is refused: %j', (fine, summary) => {
  expect(compareSides.check?.(specOf({ fine: [{ ...fine, because: 'x' }] }), PLAN)).toMatchObject([{ code: 'fine-never-matches', summary }])
})

test('nor may it be about what is not compared at all', () => {
  const fine = [
    { what: 'cookies', because: 'x' },
    { what: 'body', because: 'x' },
  ]
  expect(compareSides.check?.(specOf({ fine, cookies: false, body: 'none' }), PLAN)).toHaveLength(2)
  expect(compareSides.check?.(specOf({ fine, headers: ['ETag'] }), PLAN)).toEqual([])
  expect(compareSides.check?.(specOf({ fine: [{ path: '/', what: 'header:Content-Type', because: 'x' }] }), PLAN)).toEqual([])
})
