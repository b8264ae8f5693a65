import { expect, test } from 'vitest'
import type { ServiceDefinition } from '../../../src/domain/ports/index.ts'
import { FakeClock } from './clock.ts'
import { FakeEdge } from './edge.ts'
import { matches } from './rule.ts'
import { EDGE_FILE, FakeWorld, NEW_URL, SITE } from './world.ts'

const ROUTER = { rule: 'Host(`x.example.org`)', service: 'home', entryPoints: ['websecure'], priority: 5 }

test('a router is one line: added, found, removed, byte for byte', async () => {
  const edge = new FakeEdge(new FakeClock(), EDGE_FILE)
  const edit = edge.edit(await edge.read(), { add: { routers: { x: ROUTER } } })
  expect(await edge.write(edit)).toMatchObject({ outcome: 'written' })
  expect(edge.owned(await edge.read(), 'routers', 'x', ROUTER)).toEqual({ status: 'ours' })
  expect(edge.owned(await edge.read(), 'routers', 'x', { ...ROUTER, priority: 6 })).toMatchObject({ status: 'other' })
  await edge.write(edge.edit(await edge.read(), { remove: { routers: ['x', 'not-there'] } }))
  expect(edge.text).toBe(EDGE_FILE)
  expect(edge.owned(await edge.read(), 'routers', 'x', ROUTER)).toEqual({ status: 'absent' })
})

test('one edit adds to both sections, replaces in place and removes', async () => {
  const edge = new FakeEdge(new FakeClock(), EDGE_FILE)
  const send = (weight: number) => ({ weighted: { services: [{ name: 'home', weight }] } })
  await edge.write(edge.edit(await edge.read(), { add: { routers: { x: ROUTER }, services: { send: send(5) } } }))
  const before = edge.text
  expect(edge.owned(await edge.read(), 'services', 'send', send(5))).toEqual({ status: 'ours' })
  await edge.write(edge.edit(await edge.read(), { remove: { services: ['send'] }, add: { services: { send: send(50) } } }))
  expect(edge.text).toBe(before.replace('"weight":5', '"weight":50'))
  await edge.write(edge.edit(await edge.read(), { remove: { routers: ['x'], services: ['send'] } }))
  expect(edge.text).toBe(EDGE_FILE)
})

test('a write on bytes that have changed is refused', async () => {
  const edge = new FakeEdge(new FakeClock(), EDGE_FILE)
  const edit = edge.edit(await edge.read(), { add: { routers: { x: ROUTER } } })
  edge.save(`${EDGE_FILE}#\n`)
  expect(await edge.write(edit)).toMatchObject({ outcome: 'changed-meanwhile' })
  expect(edge.text).toBe(`${EDGE_FILE}#\n`)
})

test('Traefik loads the file a while after it was written, and disables a router without its service', async () => {
  const clock = new FakeClock()
  const edge = new FakeEdge(clock, EDGE_FILE)
  await edge.write(edge.edit(await edge.read(), { add: { routers: { x: { ...ROUTER, service: 'nobody' } } } }))
  expect(await edge.router('x@file')).toBeUndefined()
  await clock.sleep(edge.loadMs)
  expect(await edge.router('x@file')).toMatchObject({ status: 'disabled', errors: [expect.stringContaining('nobody')] })
})

test('the highest priority that matches wins; what is not understood is not guessed', async () => {
  const edge = new FakeEdge(new FakeClock(), EDGE_FILE)
  const [home] = await edge.routers()
  if (home === undefined) throw new Error('no router')
  const question = { entryPoint: 'websecure', host: 'home.example.org', path: '/', method: 'GET' }
  const higher = { ...home, name: 'higher@file', priority: 99 }
  expect(edge.winner([home, higher], question)).toMatchObject({ certain: true, winner: { name: 'higher@file' } })
  expect(edge.winner([home, { ...higher, status: 'disabled' }], question)).toMatchObject({ winner: { name: 'home@file' } })
  expect(edge.winner([home, { ...higher, rule: 'Strange(`x`)' }], question)).toMatchObject({
    certain: false,
    rivals: [{ name: 'higher@file' }],
  })
  expect(edge.winner([home], { ...question, entryPoint: 'web' })).toEqual({ winner: undefined, certain: true })
})

test('rules', () => {
  const question = { entryPoint: 'websecure', host: SITE, path: '/api/x', method: 'GET', headers: { 'x-a': '1' } }
  expect(matches(`Host(\`${SITE}\`) && PathPrefix(\`/api\`) && Header(\`X-A\`, \`1\`)`, question)).toBe(true)
  expect(matches('Header(`X-A`, `2`)', question)).toBe(false)
  expect(matches('Host(`other`) && Strange(`x`)', question)).toBe(false)
  expect(matches('Strange(`x`)', question)).toBe('undecidable')
})

test('the world: visitors reach the old side through the catalog, and nobody when it is stopped', async () => {
  const world = new FakeWorld()
  const url = `https://${SITE}/`
  expect(await world.visitor.ask({ url })).toMatchObject({ status: 200 })
  await world.nomad.stop('site')
  await world.clock.sleep(10_000)
  expect(await world.visitor.ask({ url })).toMatchObject({ status: 404 })
})

/** A router of priority 9 to a service, and the services below it, loaded. */
async function leading(services: Readonly<Record<string, ServiceDefinition>>): Promise<FakeWorld> {
  const world = new FakeWorld()
  const router = { ...ROUTER, rule: `Host(\`${SITE}\`)`, service: 'shared', priority: 99 }
  await world.edge.write(world.edge.edit(await world.edge.read(), { add: { routers: { x: router }, services } }))
  await world.clock.sleep(1_000)
  return world
}
const shared = (cluster: number, old: number): ServiceDefinition => ({
  weighted: {
    services: [
      { name: 'to-cluster', weight: cluster },
      { name: 'site@consulcatalog', weight: old },
    ],
  },
})

test('what an edit would leave is understood before it is written', async () => {
  const edge = new FakeEdge(new FakeClock(), EDGE_FILE)
  const { file } = await edge.read()
  const bytes = edge.edit(edge.parse(file), { add: { routers: { x: ROUTER } } }).bytes
  expect(edge.parse({ ...file, bytes })).toMatchObject({ routers: ['x', 'home'], services: ['home', 'to-cluster'] })
  expect((await edge.read()).routers).toEqual(['home'])
})

test('a weighted service shares visitors, a failover gives them to the spare, and both are counted by who answers', async () => {
  const url = `https://${SITE}/`
  const world = await leading({ shared: shared(1, 3) })
  world.edge.counted = new Map()
  for (let visit = 0; visit < 8; visit++) await world.visitor.ask({ url })
  expect(await world.edge.service('shared@file')).toMatchObject({
    type: 'weighted',
    status: 'enabled',
    usedBy: ['x@file'],
    content: shared(1, 3),
  })
  const counted = (await world.edge.traffic())?.services
  expect(counted?.get('to-cluster@file')?.byStatus).toEqual(new Map([[200, 2]]))
  expect(counted?.get('site@consulcatalog')).toMatchObject({ byStatus: new Map([[200, 6]]) })
  expect(counted?.get('site@consulcatalog')?.latency.at(-1)).toEqual({ seconds: Infinity, count: 6 })

  const checked = { loadBalancer: { servers: [{ url: NEW_URL }], healthCheck: { path: '/' } } }
  const { edge } = await leading({ checked, shared: { failover: { service: 'checked', fallback: 'site@consulcatalog' } } })
  const router = await edge.router('x@file')
  if (router === undefined) throw new Error('no router')
  expect(edge.answering(router)).toBe('checked@file')
  edge.down.add('checked@file')
  expect(edge.answering(router)).toBe('site@consulcatalog')
  expect(await edge.service('checked@file')).toMatchObject({ servers: [{ status: 'DOWN' }] })
})

test('metrics are off until they are switched on', async () => {
  const edge = new FakeEdge(new FakeClock(), EDGE_FILE)
  edge.count('home', 200)
  expect(await edge.traffic()).toBeUndefined()
})

test.each([
  [
    'a child that is not there',
    { weighted: { services: [{ name: 'nobody', weight: 1 }] } },
    /"nobody": the service "nobody@file" does not exist/,
  ],
  ['a failover that is not told', { failover: { service: 'to-cluster', fallback: 'home' } }, /cannot register to-cluster as updater/],
] as const)('%s disables the service and its router', async (_what, definition, error) => {
  const { edge } = await leading({ shared: definition })
  const errors = [expect.stringMatching(error)]
  expect(await edge.service('shared@file')).toMatchObject({ status: 'disabled', errors })
  expect(await edge.router('x@file')).toMatchObject({ status: 'disabled', errors })
})

test('when the old side is gone, whoever shares visitors with it is disabled', async () => {
  const world = await leading({ shared: shared(1, 1) })
  await world.nomad.stop('site')
  await world.clock.sleep(30_000)
  expect(await world.edge.router('x@file')).toMatchObject({ status: 'disabled' })
})
