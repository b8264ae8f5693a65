import { describe, expect, it } from 'vitest'
import type { EdgeRouter } from '../../../src/domain/ports/edge.ts'
import { winner } from '../../../src/adapters/traefik/winner.ts'

const router = (name: string, more: Partial<EdgeRouter> = {}): EdgeRouter => ({
  name: `${name}@file`,
  provider: 'file',
  status: 'enabled',
  errors: [],
  rule: 'Host(`www.site.test`)',
  service: 'app@file',
  entryPoints: ['websecure'],
  priority: 0,
  tls: {},
  ...more,
})
const question = { entryPoint: 'websecure', host: 'www.site.test', path: '/', method: 'GET' }
const ask = (...routers: readonly EdgeRouter[]) => winner(routers, question)

describe('who answers', () => {
  it('is the highest priority that matches', () => {
    expect(
      ask(router('a', { priority: 5 }), router('b', { priority: 9 }), router('c', { priority: 99, rule: 'Host(`other`)' })),
    ).toMatchObject({ winner: { name: 'b@file' }, certain: true })
  })

  it('is the longest rule where no priority is set, in bytes', () => {
    const long = router('long', { rule: 'Host(`www.site.test`) && PathPrefix(`/`)' })
    expect(ask(router('short'), long)).toMatchObject({ winner: { name: 'long@file' }, certain: true })
    expect(ask(router('set', { priority: 41 }), long)).toMatchObject({ winner: { name: 'set@file' }, certain: true })
  })

  it('is chance where two have the same priority', () => {
    const found = ask(router('a'), router('b'), router('below', { priority: 3 }))
    expect(found).toMatchObject({
      certain: false,
      rivals: [{ name: expect.stringMatching(/^[ab]@file$/) }],
      reason: expect.stringContaining('same priority 21'),
    })
  })

  it('is nobody where nothing matches', () => {
    expect(ask(router('a', { rule: 'Host(`other`)' }))).toEqual({ winner: undefined, certain: true })
    expect(ask()).toEqual({ winner: undefined, certain: true })
  })

  it('is not told where an undecided rule stands as high or higher', () => {
    const undecided = (priority: number) => router('ip', { rule: 'ClientIP(`10.0.0.0/8`)', priority })
    expect(ask(router('a', { priority: 5 }), undecided(6))).toMatchObject({
      winner: { name: 'a@file' },
      certain: false,
      rivals: [{ name: 'ip@file' }],
      reason: expect.stringContaining('its rule'),
    })
    expect(ask(router('a', { priority: 5 }), undecided(5))).toMatchObject({ certain: false })
    expect(ask(router('a', { priority: 5 }), undecided(4))).toMatchObject({ winner: { name: 'a@file' }, certain: true })
    expect(ask(undecided(1))).toMatchObject({ winner: undefined, certain: false })
    expect(ask(router('a', { priority: 5 }), router('v2', { priority: 6, ruleSyntax: 'v2', rule: 'HostRegexp(`other`)' }))).toMatchObject({
      certain: false,
    })
  })

  it('is no disabled router, and none of another entry point', () => {
    expect(
      ask(
        router('a', { priority: 1 }),
        router('b', { priority: 9, status: 'disabled' }),
        router('c', { priority: 9, entryPoints: ['web'] }),
      ),
    ).toMatchObject({ winner: { name: 'a@file' }, certain: true })
    expect(
      ask(router('a', { priority: 1 }), router('b', { priority: 9, status: 'warning' }), router('c', { priority: 8, entryPoints: [] })),
    ).toMatchObject({ winner: { name: 'b@file' } })
  })

  it('depends on TLS where the entry point has routers with and without', () => {
    const { tls: _, ...rest } = router('plain', { priority: 9 })
    expect(ask(router('secure'), rest)).toMatchObject({ certain: false, reason: expect.stringContaining('TLS') })
    expect(winner([router('secure'), rest], { ...question, tls: true })).toMatchObject({ winner: { name: 'secure@file' }, certain: true })
    expect(winner([router('secure'), rest], { ...question, tls: false })).toMatchObject({ winner: { name: 'plain@file' }, certain: true })
    expect(winner([rest], { ...question, tls: true })).toEqual({ winner: undefined, certain: true })
  })

  it('is not told of a router that only hands over to others', () => {
    expect(ask(router('parent', { service: '' }))).toMatchObject({ certain: false, reason: expect.stringContaining('hands over') })
  })
})
