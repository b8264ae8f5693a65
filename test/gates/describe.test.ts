import { expect, test } from 'vitest'
import { gateKinds } from '../../src/gates/registry.ts'
import { compareSides } from '../../src/steps/compare-sides.ts'
import { PLAN } from '../steps/context.ts'

const plan = { ...PLAN, site: { url: 'https://www.example.org/start?x=1', expect: { status: 200, body: 'Hello' } } }
const said = (kind: string, spec: unknown): string | undefined => {
  const gate = gateKinds.get(kind)
  return gate?.describe?.(gate.spec.parse(spec), plan)
}

test.each<readonly [string, unknown, string]>([
  [
    'canary-analysis',
    {},
    'at least 30 samples a side of /start?x=1; the new side may fail 1% more often and take 2 times as long as the old one',
  ],
  [
    'canary-analysis',
    { samples: 5, errorRate: '0.5%', slower: 1.5, paths: ['/a', '/b'] },
    'at least 5 samples a side of /a, /b; the new side may fail 0.5% more often and take 1.5 times as long as the old one',
  ],
  ['http', {}, 'https://www.example.org/start?x=1 answers a visitor: status 200, a body with "Hello"'],
  ['http', { url: 'https://b.org/', headers: { 'X-A': 'b' }, from: 'edge' }, 'https://b.org/ answers the edge: status 200, header X-A'],
  ['kubernetes-ready', {}, 'all that finished steps deployed'],
  ['kubernetes-ready', { objects: [{ apiVersion: 'v1', kind: 'Service', name: 'web' }] }, 'Service web'],
  ['traefik-route', {}, 'the routers of finished steps are enabled and win'],
  ['traefik-route', { router: 'a@file' }, 'router a@file is enabled and wins'],
  ['nomad-job', { job: 'a', is: 'stopped' }, 'job a is stopped, every allocation ended'],
  ['nomad-job', { job: 'a', is: 'running' }, 'job a runs, all its allocations healthy'],
])('gate %s says in a preview what it will do: %j', (kind, spec, expected) => {
  expect(said(kind, spec)).toBe(expected)
})

test('compare-sides says which paths, and what of their answers', () => {
  const say = (spec: unknown): string | undefined => compareSides.describe?.(compareSides.spec.parse(spec), plan)
  expect(say({ paths: ['/about'] })).toBe(
    'both sides are asked for /start?x=1, /about: status, redirect, content-type, cookies, what a visitor reads',
  )
  expect(
    say({
      paths: ['/about'],
      headers: [],
      cookies: false,
      body: 'none',
      ignore: ['a', 'b'],
      fine: [{ what: 'status', because: 'it is' }],
      clientAddress: { path: '/ip', pattern: '(.*)' },
    }),
  ).toBe(
    "both sides are asked for /start?x=1, /about: status, redirect, the visitor's address at /ip; 2 patterns cut out before; 1 difference declared fine",
  )
})
