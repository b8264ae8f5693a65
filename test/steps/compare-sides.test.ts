import { describe, expect, test } from 'vitest'
import type { HttpExchange, HttpRequest } from '../../src/domain/ports/index.ts'
import { ProblemError } from '../../src/domain/problem.ts'
import type { SideDoors } from '../../src/domain/side-doors.ts'
import { NO_TRAFFIC } from '../../src/domain/traffic.ts'
import { compareSides } from '../../src/steps/compare-sides.ts'
import { answered, notAnswered } from '../fakes/ports/visitor.ts'
import { FakeWorld, SITE } from '../fakes/ports/world.ts'
import { html, specOf, withHeaders } from './compare-sides/answers.ts'
import { contextOf } from './context.ts'

const OLD_KEY = '0ld5ecret0ld5ecret'
const NEW_KEY = 'new5ecretnew5ecret'
const DOORS: SideDoors = {
  old: { side: 'old', headers: { 'x-door': OLD_KEY }, services: ['site@consulcatalog'] },
  new: { side: 'new', headers: { 'x-door': NEW_KEY }, services: ['to-cluster@file'] },
}
const door = (name: string, key: string, service: string, priority = 1_000): string =>
  `    ${name}: {"rule":"Host(\`${SITE}\`) && Header(\`x-door\`, \`${key}\`)","service":"${service}","entryPoints":["websecure"],"priority":${priority}}\n`
const BOTH_DOORS = door('door-old', OLD_KEY, 'site@consulcatalog') + door('door-new', NEW_KEY, 'to-cluster')

type Answers = Readonly<Record<string, HttpExchange>>

/** A world whose doors are open; each side answers by path, `/` with the site's page unless told. */
async function worldOf(old: Answers, fresh: Answers, routers = BOTH_DOORS): Promise<FakeWorld> {
  const world = new FakeWorld()
  await save(world, routers)
  const page = { '/': html('Hello') }
  const sides: Readonly<Record<string, Answers>> = { [OLD_KEY]: { ...page, ...old }, [NEW_KEY]: { ...page, ...fresh } }
  world.visitor.answer = ({ url, headers }) => {
    const { pathname, search } = new URL(url)
    return sides[headers?.['x-door'] ?? '']?.[`${pathname}${search}`] ?? answered(404, 'not found')
  }
  return world
}

async function save(world: FakeWorld, routers: string): Promise<void> {
  world.edge.save(world.edge.text.replace('  routers:\n', () => `  routers:\n${routers}`))
  await world.clock.sleep(1_000)
}

const observe = (world: FakeWorld, fields: Readonly<Record<string, unknown>> = {}, overrides = {}) =>
  compareSides.observe(contextOf(world.ports, specOf(fields), { doors: DOORS, ...overrides }))

describe('compare-sides', () => {
  test('it needs doors, moves nobody, and looks for at most half a minute', () => {
    expect(compareSides.doors?.(specOf())).toBe('needs')
    expect(compareSides.traffic(specOf(), [])).toEqual(NO_TRAFFIC)
    expect(compareSides.policy(specOf())).toMatchObject({ interval: 1_000, timeout: 30_000, successThreshold: 1, inconclusive: 'pause' })
  })

  test('the same on both sides', async () => {
    const world = await worldOf({ '/about': html('About') }, { '/about': html('<p>About</p>') })
    expect(await observe(world)).toEqual({
      verdict: 'pass',
      reason: '2 paths answer alike on both sides (status, redirect, content-type, cookies, text)',
    })
    expect(world.visitor.requests.map(({ url, headers, connectTo }) => ({ url, headers, connectTo }))).toEqual(
      ['https://www.example.org/', 'https://www.example.org/about'].flatMap((url) =>
        [OLD_KEY, NEW_KEY].map((key) => ({ url, headers: { 'x-door': key }, connectTo: '192.0.2.1:443' })),
      ),
    )
  })

  test('all that differs is told at once, one thing a line', async () => {
    const world = await worldOf(
      { '/about': html('About us'), '/old': withHeaders({ 'content-type': 'text/html', 'set-cookie': 'sid=5ecret; Secure' }) },
      { '/about': answered(404), '/old': withHeaders({ 'content-type': 'text/plain', 'set-cookie': 'sid=5ecret' }) },
    )
    expect(await observe(world, { paths: ['/about', '/old'] })).toEqual({
      verdict: 'fail',
      side: 'new',
      reason: 'the sides differ in 4 things; the first: /about: status 200 (old) and 404 (new)',
      evidence: [
        '/about: status 200 (old) and 404 (new)',
        '/about: header content-type is "text/html; charset=utf-8" (old) and missing (new)',
        '/old: header content-type is "text/html" (old) and "text/plain" (new)',
        '/old: cookie sid has [secure] (old) and no attributes (new)',
      ],
    })
  })

  test('what also differs on the old side alone is called so', async () => {
    let count = 0
    const world = await worldOf({}, { '/about': html('at 0') })
    const { answer } = world.visitor
    world.visitor.answer = (request) =>
      request.url.endsWith('/about') && request.headers?.['x-door'] === OLD_KEY ? html(`at ${++count}`) : answer(request)
    expect(await observe(world)).toMatchObject({
      verdict: 'fail',
      evidence: [
        expect.stringMatching(
          /^\/about: text differs .* the old side also differs from one answer to the next: cut that out with `ignore`/,
        ),
      ],
    })
    expect(await observe(world, { ignore: ['at \\d+', 'x'], body: 'text' })).toMatchObject({ verdict: 'inconclusive' })
    expect(await observe(world, { ignore: ['\\d+'] })).toMatchObject({ verdict: 'pass' })
  })

  test('differences that are declared fine are told with their reason, and so are declarations that nothing matched', async () => {
    const world = await worldOf({ '/about': html('A', { status: 404 }) }, { '/about': html('B', { status: 410 }) })
    const because = 'it is gone for good'
    const fine = [
      { path: '/about', what: 'status', because },
      { what: 'body', because: 'another page' },
      { what: 'cookies', because: 'none' },
    ]
    expect(await observe(world, { fine })).toEqual({
      verdict: 'pass',
      reason: [
        '2 paths answer alike on both sides (status, redirect, content-type, cookies, text)',
        `declared fine: status of /about (${because})`,
        'declared fine: body of any path (another page)',
        '`fine` matched nothing: cookies of any path',
      ].join('; '),
      evidence: [
        `declared fine: /about: status 404 (old) and 410 (new) (${because})`,
        'declared fine: /about: text differs after "\\n": "A" (old) and "B" (new) (another page)',
        '`fine` matched nothing: cookies of any path',
      ],
    })
    expect(await observe(world, { fine: [{ path: '/', what: 'status', because }] })).toMatchObject({ verdict: 'fail' })
  })

  describe('what cannot be had', () => {
    test.each([
      ['no answer of the new side', html('x'), notAnswered('timeout'), 'new', '/about: the new side gave no answer: timeout (timeout)'],
      ['no answer of the old side', notAnswered('refused'), html('x'), 'old', '/about: the old side gave no answer: refused (refused)'],
      ['a proxy without a server', html('x'), answered(502), 'new', '/about: the new side answered 502'],
      ['too many requests', answered(429), answered(429), undefined, '/about: the old side answered 429; the new side answered 429'],
      ['errors on both', answered(500), answered(500), undefined, '/about: status 500 (old) and 500 (new): two errors prove nothing'],
    ])('%s is not yet a result', async (_what, old, fresh, side, reason) => {
      const world = await worldOf({ '/about': old }, { '/about': fresh })
      expect(await observe(world)).toEqual({ verdict: 'pending', reason, evidence: [reason], ...(side !== undefined && { side }) })
    })

    test('an error of the application on one side is a difference', async () => {
      const world = await worldOf({ '/about': html('x') }, { '/about': html('x', { status: 500 }) })
      expect(await observe(world)).toMatchObject({ verdict: 'fail', side: 'new' })
    })

    test('two sides that are wrong alike are not fine: the site itself must be right on both', async () => {
      const parked = { '/': html('Parked'), '/about': html('Parked') }
      expect(await observe(await worldOf(parked, parked))).toMatchObject({
        verdict: 'pending',
        evidence: [
          expect.stringMatching(/^\/: the old side: body lacks "Hello"/),
          expect.stringMatching(/^\/: the new side: body lacks "Hello"/),
        ],
      })
      expect(await observe(await worldOf({}, { '/': answered(404) }))).toMatchObject({ verdict: 'pending', side: 'new' })
    })

    test('an equal beginning is no equal body', async () => {
      const long = { '/about': html('x'.repeat(1_048_576)) }
      expect(await observe(await worldOf(long, long))).toMatchObject({
        verdict: 'inconclusive',
        reason: expect.stringContaining('/about: body is longer'),
      })
      const fine = [{ path: '/about', what: 'body', because: 'a download' }]
      expect(await observe(await worldOf(long, long), { fine })).toMatchObject({ verdict: 'pass' })
    })
  })

  describe('the address of the visitor', () => {
    const clientAddress = { path: '/who', pattern: 'X-Real-Ip: (\\S+)' }
    const seen = async (old: string, fresh: string) =>
      observe(await worldOf({ '/about': html('x'), '/who': html(old) }, { '/about': html('x'), '/who': html(fresh) }), { clientAddress })

    test('must be the same; nothing else of that answer is compared', async () => {
      expect(await seen('a X-Real-Ip: 192.0.2.7\n', 'b X-Real-Ip: 192.0.2.7\n')).toMatchObject({
        verdict: 'pass',
        reason: "2 paths answer alike on both sides (status, redirect, content-type, cookies, text, the visitor's address)",
      })
      expect(await seen('X-Real-Ip: 192.0.2.7', 'X-Real-Ip: 10.42.0.1')).toMatchObject({
        verdict: 'fail',
        evidence: ["/who: the application sees the visitor's address as 192.0.2.7 (old) and 10.42.0.1 (new)"],
      })
    })

    test('must be found', async () => {
      expect(await seen('X-Real-Ip: 192.0.2.7', 'nothing')).toMatchObject({ verdict: 'fail', side: 'new' })
      expect(await seen('nothing', 'nothing')).toMatchObject({ verdict: 'inconclusive' })
    })
  })

  describe('doors', () => {
    test('none', async () => {
      expect(await observe(await worldOf({}, {}), {}, { doors: undefined })).toMatchObject({
        verdict: 'inconclusive',
        reason: expect.stringContaining('a step before this one must open them'),
      })
    })

    test.each([
      ['that is not loaded: the old side would be compared with itself', door('door-old', OLD_KEY, 'site@consulcatalog')],
      ['that is not the side’s own, disabled', door('door-old', OLD_KEY, 'site@consulcatalog') + door('other', 'other', 'nobody')],
      ['that leads to the other side', door('a', OLD_KEY, 'site@consulcatalog') + door('b', NEW_KEY, 'site@consulcatalog')],
      ['that another router beats', BOTH_DOORS + door('c', NEW_KEY, 'home', 2_000)],
      [
        'about which nobody can tell',
        `${BOTH_DOORS}    c: {"rule":"HostRegexp(\`.*\`)","service":"home","entryPoints":["websecure"],"priority":2000}\n`,
      ],
    ])('one %s', async (_what, routers) => {
      const world = await worldOf({}, {}, routers)
      expect(await observe(world)).toMatchObject({ verdict: 'inconclusive', reason: expect.stringContaining('through the door of the') })
      expect(world.visitor.requests).toEqual([])
    })

    test.each([
      ['new', 'fail', 'nobody@file', door('door-old', OLD_KEY, 'site@consulcatalog') + door('door-new', NEW_KEY, 'nobody')],
      ['old', 'pending', 'site@consulcatalog', BOTH_DOORS],
    ] as const)('one that is disabled says that the %s side is not there', async (side, verdict, service, routers) => {
      const world = await worldOf({}, {}, routers)
      if (side === 'old') world.edge.catalog = () => ({ routers: [], services: [] })
      await world.clock.sleep(20_000)
      const reason = `Traefik has disabled the door to the ${side} side: the service "${service}" does not exist`
      expect(await observe(world)).toMatchObject({ verdict, side, reason })
      expect(world.visitor.requests).toEqual([])
    })

    test('one that goes while it is used, or that does not hold for a path', async () => {
      const world = await worldOf({ '/about': html('x') }, { '/about': html('x') })
      world.visitor.answer = ((answer) => (request: HttpRequest) => {
        world.edge.save(world.edge.text.replace(/ {4}door-new.*\n/, ''))
        void world.clock.sleep(1_000)
        return answer(request)
      })(world.visitor.answer)
      expect(await observe(world)).toMatchObject({
        verdict: 'inconclusive',
        reason: expect.stringContaining('/ through the door of the new side'),
      })
      const other = BOTH_DOORS + `    c: {"rule":"PathPrefix(\`/about\`)","service":"home","entryPoints":["websecure"],"priority":2000}\n`
      expect(await observe(await worldOf({}, {}, other))).toMatchObject({
        verdict: 'inconclusive',
        evidence: [
          expect.stringMatching(/^\/about .*old side: router c@file answers it/),
          expect.stringMatching(/^\/about .*new side: router c@file/),
        ],
      })
    })

    test('an edge that cannot be asked', async () => {
      const world = await worldOf({}, {})
      world.edge.routers = async () => {
        throw new ProblemError({ code: 'x', summary: 'no API', next: [] })
      }
      expect(await observe(world)).toMatchObject({ verdict: 'inconclusive', reason: expect.stringContaining('no API') })
    })

    test('a page that repeats their headers differs in nothing, and the secret is not told', async () => {
      const echo = (key: string): Answers => ({ '/about': html(`x-door: ${key}`) })
      expect(await observe(await worldOf(echo(OLD_KEY), echo(NEW_KEY)))).toMatchObject({ verdict: 'pass' })
      const seen = await observe(await worldOf({ '/about': html(`old ${OLD_KEY}`) }, { '/about': html(`new ${NEW_KEY}`) }))
      expect(seen).toMatchObject({ verdict: 'fail' })
      expect(JSON.stringify(seen)).not.toMatch(/5ecret/)
    })
  })

  test('at most four requests at a time, and a line for each path that is done', async () => {
    const paths = Array.from({ length: 9 }, (_, index) => `/${index}`)
    const world = await worldOf({}, {})
    let underWay = 0
    let most = 0
    const ask = world.visitor.ask.bind(world.visitor)
    world.visitor.ask = async (request, signal) => {
      most = Math.max(most, ++underWay)
      await new Promise(setImmediate)
      underWay -= 1
      return ask(request, signal)
    }
    const lines: string[] = []
    expect(await observe(world, { paths }, { progress: (line: string) => lines.push(line) })).toMatchObject({ verdict: 'pass' })
    expect([most, lines.length, lines.at(-1)]).toEqual([4, 10, 'asked both sides for 10 of 10 paths'])
  })

  test('an abort ends it', async () => {
    const world = await worldOf({}, {})
    const abort = new AbortController()
    const ask = world.visitor.ask.bind(world.visitor)
    world.visitor.ask = async (request, signal) => {
      const exchange = await ask(request, signal)
      abort.abort(new Error('now'))
      return exchange
    }
    const paths = Array.from({ length: 9 }, (_, index) => `/${index}`)
    await expect(observe(world, { paths }, { signal: abort.signal })).rejects.toThrow('now')
    expect(world.visitor.requests.length).toBeLessThanOrEqual(4)
  })
})
