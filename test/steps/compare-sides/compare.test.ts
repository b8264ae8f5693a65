import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compare } from '../../../src/steps/compare-sides/compare.ts'
import type { Answer } from '../../../src/steps/compare-sides/pair.ts'
import { html, pairOf, specOf, withHeaders } from './answers.ts'

const found = (old: Answer, fresh: Answer, fields: Readonly<Record<string, unknown>> = {}): readonly string[] =>
  compare(pairOf(old, fresh), specOf(fields)).findings.map(({ what, text, certain }) => `${what}${certain ? '' : '?'}: ${text}`)

describe('status and redirects', () => {
  test('another status', () => {
    expect(found(html('x'), html('x', { status: 404 }))).toEqual(['status: status 200 (old) and 404 (new)'])
  })

  const to = (location: string): Answer => html('moved', { status: 301, headers: { location } })
  test.each([
    ['/new', 'https://www.example.org/new'],
    ['new', '/new'],
    ['//www.example.org/new', '/new'],
    ['https://www.example.org:443/new', '/new'],
  ])('%s and %s lead to the same place', (old, fresh) => {
    expect(found(to(old), to(fresh))).toEqual([])
  })

  test('a redirect that lost its https, or leads into another place, or nowhere', () => {
    expect(found(to('/new'), to('http://www.example.org/new'))).toEqual([
      'location: redirects to https://www.example.org/new (old) and to http://www.example.org/new (new)',
    ])
    expect(found(to('/new'), html('x', { status: 301, headers: {} }))).toEqual([
      'location: redirects to https://www.example.org/new (old) and no redirect (new)',
    ])
  })

  test('the query of a redirect is compared, and not shown', () => {
    const difference = found(to('/login?state=5ecret'), to('/login?state=0ther'))
    expect(difference).toEqual(['location: redirects to https://www.example.org/login?… on both sides, with another query or fragment'])
    expect(found(to('/login?state=5ecret'), to('/login?state=0ther'), { ignore: ['state=\\w+'] })).toEqual([])
  })

  test('nobody reads the body of a redirect', () => {
    expect(found(to('/a'), { ...to('/a'), body: 'another' }, { body: 'exact' })).toEqual([])
  })
})

describe('headers', () => {
  const of = (name: string, old: string | undefined, fresh: string | undefined, fields = {}): readonly string[] =>
    found(withHeaders(old === undefined ? {} : { [name]: old }), withHeaders(fresh === undefined ? {} : { [name]: fresh }), {
      headers: [name],
      body: 'none',
      ...fields,
    })

  test.each([
    ['content-type', 'text/html;charset="UTF-8"', 'text/html; charset=utf-8'],
    ['cache-control', 'no-cache, Private', 'private,no-cache'],
    ['vary', 'Accept-Encoding,Origin', 'origin, accept-encoding'],
    ['x-plain', 'a', 'a'],
  ])('%s: %s is the same as %s', (name, old, fresh) => {
    expect(of(name, old, fresh)).toEqual([])
  })

  test('another value, and none', () => {
    expect(of('Cache-Control', 'no-cache', 'no-cache')).toEqual([])
    expect(of('x-frame-options', 'DENY', undefined)).toEqual([
      'header:x-frame-options: header x-frame-options is "DENY" (old) and missing (new)',
    ])
    expect(of('cache-control', 'max-age=1', 'max-age=2')).toEqual([
      'header:cache-control: header cache-control is "max-age=1" (old) and "max-age=2" (new)',
    ])
    expect(of('x-plain', 'a', 'A')).toHaveLength(1)
  })

  test('of a long one the first place that differs is shown', () => {
    const policy = (from: string): string => `default-src 'self'; img-src 'self' https://images.example.org; frame-src ${from}; font-src *`
    expect(of('content-security-policy', policy('a.org'), policy('b.org'))).toEqual([
      'header:content-security-policy: header content-security-policy differs after ".example.org; frame-src ": "a.org; font-src *" (old) and "b.org; font-src *" (new)',
    ])
    expect(of('content-security-policy', "script-src 'nonce-abc'", "script-src 'nonce-xyz'", { ignore: ["'nonce-\\w+'"] })).toEqual([])
  })

  test('of one that may be a secret it is told that it differs, not how', () => {
    expect(of('x-csrf-token', 'abc', 'xyz')).toEqual(['header:x-csrf-token: header x-csrf-token differs (values not shown)'])
    expect(of('x-auth', 'abc', undefined)).toEqual(['header:x-auth: header x-auth is set by one side only'])
  })
})

describe('cookies', () => {
  const of = (old: string, fresh: string, fields = {}): readonly string[] =>
    found(withHeaders({ 'set-cookie': old }), withHeaders({ 'set-cookie': fresh }), { headers: [], ...fields })

  test.each([
    ['sid=1; Path=/; HttpOnly', 'sid=2; httponly; path=/'],
    ['sid=1; Expires=Wed, 21 Oct 2026 07:28:00 GMT, b=2', 'b=3, sid=1; expires=Thu, 22 Oct 2026 07:28:00 GMT'],
    ['a=x==; SameSite=Lax; Domain=.Example.org', 'a=y; samesite=lax; domain=example.org'],
  ])('%s sets what %s sets', (old, fresh) => {
    expect(of(old, fresh)).toEqual([])
  })

  test('names and attributes are compared, and no value is shown', () => {
    expect(of('sid=5ecret; Secure; HttpOnly, old=5ecret', 'sid=5ecret; HttpOnly, lb=5ecret; Max-Age=60')).toEqual([
      'cookies: cookie lb is set only by new',
      'cookies: cookie old is set only by old',
      'cookies: cookie sid has [httponly; secure] (old) and [httponly] (new)',
    ])
    expect(of('sid=1; Path=/', 'sid=1; Path=/a')).toEqual(['cookies: cookie sid has [path=/] (old) and [path=/a] (new)'])
    expect(of('sid=1', 'other=1', { cookies: false })).toEqual([])
  })
})

describe('bodies', () => {
  test('text: the first place that differs, with a little around it', () => {
    expect(found(html('<p>Open since <b>1998</b> in Leeds</p>'), html('<p>Open since <i>1999</i> in Leeds</p>'))).toEqual([
      'body: text differs after "\\nOpen since 199": "8 in Leeds" (old) and "9 in Leeds" (new)',
    ])
    expect(found(html('<title>A</title>x'), html('<title>B</title>x'))).toEqual([
      'body: text differs at its beginning: "A\\nx" (old) and "B\\nx" (new)',
    ])
  })

  test('text: scripts, tokens in forms and white space are not read', () => {
    const page = (token: string): Answer =>
      html(`<p>Hello</p> <input type=hidden value="${token}"><script nonce="${token}">x("${token}")</script>`)
    expect(found(page('a1'), page('b2'))).toEqual([])
    expect(found(page('a1'), page('b2'), { body: 'exact' })).toEqual([
      'body: body differs in line 1 after "nput type=hidden value=\\"" (78 and 78 characters)',
    ])
    expect(found(page('a1'), page('b2'), { body: 'exact', ignore: ['[ab][12]'] })).toEqual([])
  })

  test('a page that shows nothing without scripts is compared whole', () => {
    const app = (script: string): Answer =>
      html(`<title>App</title><div id=app></div><script src="${script}"></script><noscript>No</noscript>`)
    expect(found(app('/a.js'), app('/a.js'))).toEqual([])
    expect(found(app('/a.js'), app('/b.js'))).toHaveLength(1)
  })

  test('other text keeps its lines; what differs in it is not shown, as it may be a token', () => {
    const json = (body: string): Answer => html(body, { headers: { 'content-type': 'application/json' } })
    expect(found(json('{\r\n"a": 1 }\n'), json('{\n"a": 1 }'))).toEqual([])
    expect(found(json('{\n"token": "5ecret" }'), json('{\n"token": "0ther" }'))).toEqual([
      'body: body differs in line 2 after "\\"token\\": \\"" (21 and 20 characters)',
    ])
    expect(found(json('a\nb'), json('a b'))).toHaveLength(1)
    expect(found(json('\na'), json('b\na'))).toEqual(['body: body differs in line 1 at its beginning (2 and 3 characters)'])
  })

  test.each(['exact', 'text'])('%s: what could not be read to its end is not called the same', (body) => {
    const cut = (end: string): Answer => html('é'.repeat(524_288 - end.length) + end)
    expect(found(cut(''), cut(''), { body })).toEqual([
      'body?: body is longer than 1 MiB: only its beginning could be compared, which is the same',
    ])
    expect(found(cut('a'), cut('b'), { body })).toEqual([expect.stringContaining('differs')])
    expect(found(html('x'.repeat(1_048_576 - 10)), html('x'.repeat(1_048_576 - 10)), { body })).toEqual([])
  })

  test('what is not UTF-8 cannot be told to be the same', () => {
    const image = (body: string): Answer => html(body, { headers: { 'content-type': 'image/png' } })
    expect(found(image('\ufffdPNG'), image('\ufffdPNG'))).toEqual([
      'body?: body (image/png) is not UTF-8 text, and its bytes could not be compared',
    ])
    expect(found(image('\ufffdPNG'), image('\ufffdPNX'))).toHaveLength(1)
    const page = compare(pairOf(html('caf\ufffd'), html('caf\ufffd')), specOf())
    expect(page).toEqual({
      findings: [],
      notes: ['/about: body (text/html; charset=utf-8) has bytes that are not UTF-8; these were not compared'],
    })
  })

  test('nothing is left to compare', () => {
    expect(found(html('Hello'), html('World'), { ignore: ['[\\s\\S]+'] })).toEqual([
      'body?: `ignore` cut out the whole body, so nothing of it was compared',
    ])
    expect(found(html(''), html(''), { ignore: ['.+'] })).toEqual([])
    expect(found(html('a'), html('b'), { body: 'none' })).toEqual([])
  })
})

describe('properties', () => {
  const text = fc.string({
    unit: fc.constantFrom('<p>', '</p>', '<', 'b', ' ', '&', ';', '"', '\n', '=', '1', 'c', 'é', '😀'),
    maxLength: 40,
  })
  const headers = fc.dictionary(
    fc.constantFrom('content-type', 'cache-control', 'location', 'set-cookie', 'x-y'),
    fc.constantFrom('', 'text/html', 'text/plain', 'a=b; Path=/, c=d', 'no-cache, private', '/x?y=z'),
  )
  const answer: fc.Arbitrary<Answer> = fc
    .record({ status: fc.constantFrom(200, 301, 404), headers, body: text })
    .map((each) => ({ ok: true, timings: {}, ...each }))
  const fields = fc.record({
    headers: fc.constant(['content-type', 'cache-control', 'x-y']),
    body: fc.constantFrom('exact', 'text', 'none'),
    cookies: fc.boolean(),
    ignore: fc.constantFrom([], ['b'], ['1.*c', '&']),
  })

  test('an answer never differs from itself', () => {
    fc.assert(
      fc.property(answer, fields, (each, own) => {
        expect(compare(pairOf(each, each), specOf(own)).findings.filter(({ certain }) => certain)).toEqual([])
      }),
    )
  })

  test('another status, another header and another body are always found, each under its name', () => {
    fc.assert(
      fc.property(answer, answer, (old, fresh) => {
        const whats = compare(pairOf(old, fresh), specOf({ headers: ['x-y'], body: 'exact' })).findings.map(({ what }) => what)
        expect(whats.includes('status')).toBe(old.status !== fresh.status)
        expect(whats.includes('header:x-y')).toBe(old.headers['x-y']?.trim() !== fresh.headers['x-y']?.trim())
        const unread = old.status === 301 && fresh.status === 301
        expect(whats.includes('body')).toBe(!unread && old.body !== fresh.body)
      }),
    )
  })

  test('a word more in the text is always found, and what is ignored never', () => {
    fc.assert(
      fc.property(fc.array(fc.stringMatching(/^[a-z]+$/), { minLength: 1 }), fc.nat(), fc.stringMatching(/^[a-z]+$/), (words, at, word) => {
        const place = at % (words.length + 1)
        const page = (more: string): Answer =>
          html([...words.slice(0, place), more, ...words.slice(place)].map((each) => `<p>${each}</p>`).join(''))
        expect(found(page(''), page(word))).toHaveLength(1)
        expect(found(page('#1#'), page(`#${word}#`), { ignore: ['#\\w+#'] })).toEqual([])
      }),
    )
  })

  test('no value of a cookie, of a query or of what follows a difference in data is ever told', () => {
    const secret = fc.stringMatching(/^[0-9a-f]{12}$/)
    fc.assert(
      fc.property(secret, secret, (a, b) => {
        fc.pre(a[0] !== b[0])
        const of = (value: string): Answer => ({
          ok: true,
          status: 200,
          timings: {},
          body: `{"csrf":"${value}"}`,
          headers: { 'set-cookie': `s=${value}`, location: `/x?t=${value}`, 'x-token': value, 'content-type': 'application/json' },
        })
        const told = found(of(a), of(b), { headers: ['x-token'] }).join('\n')
        expect(told).toContain('body differs')
        expect(told).not.toContain(a)
        expect(told).not.toContain(b)
      }),
    )
  })
})
