import { describe, expect, it } from 'vitest'
import type { ContractWorld } from '../world.ts'
import { eventually } from '../world.ts'
import type { FileRouter } from './dynamic.ts'
import { dynamicFile, saved, visit } from './dynamic.ts'

const HOST = 'winner.contract.test'
const rule = `Host(\`${HOST}\`)`

/** Who answers a visitor. The adapter's own `winner` must say what the servers do (facts: Traefik 10, 12 and 16). */
export function winnerContract(world: () => ContractWorld): void {
  const loadedAs = async (routers: Readonly<Record<string, FileRouter>>): Promise<void> => {
    const last = Object.keys(routers).at(-1) ?? ''
    await saved(world(), dynamicFile(routers), last)
  }
  /** The adapter's opinion, the name of a router. */
  const opinion = async (path: string, headers?: Readonly<Record<string, string>>): Promise<string | undefined> => {
    const { port } = world().edge
    const question = { entryPoint: 'websecure', host: HOST, path, method: 'GET', tls: true, ...(headers !== undefined && { headers }) }
    return port.winner(await port.routers(), question).winner?.name
  }

  describe('among routers of one host', () => {
    it('the explicit priority wins, also over a longer rule', async () => {
      await loadedAs({
        'winner-long': { rule: `${rule} && PathPrefix(\`/\`)`, to: 'one' },
        'winner-first': { rule, to: 'two', priority: 1_000 },
      })
      expect([await visit(world(), HOST), await opinion('/')]).toEqual(['two', 'winner-first@file'])
    })

    // A way back is proven by it: ours stands above all, and visitors come to the next one, whoever's that is.
    it('with the first one away the next one answers, as can be told before', async () => {
      const others = {
        'way-home': { rule, to: 'one', priority: 24 },
        'way-between': { rule: `${rule} && PathPrefix(\`/\`)`, to: 'two', priority: 45 },
      } as const
      await loadedAs({ ...others, 'way-ours': { rule, to: 'one', priority: 1_024 } })
      expect([await visit(world(), HOST), await opinion('/')]).toEqual(['one', 'way-ours@file'])
      const { port } = world().edge
      const staying = (await port.routers()).filter(({ name }) => name !== 'way-ours@file')
      const question = { entryPoint: 'websecure', host: HOST, path: '/', method: 'GET', tls: true }
      expect(port.winner(staying, question)).toMatchObject({ winner: { name: 'way-between@file' }, certain: true })
      await loadedAs(others)
      await eventually(
        world(),
        () => port.router('way-ours@file'),
        (seen) => expect(seen).toBeUndefined(),
      )
      expect(await visit(world(), HOST)).toBe('two')
    })

    it('without priorities the longer rule wins where it matches', async () => {
      await loadedAs({
        'length-short': { rule, to: 'one' },
        'length-long': { rule: `${rule} && PathPrefix(\`/deep\`)`, to: 'two' },
      })
      expect([await visit(world(), HOST, { path: '/deep/er' }), await opinion('/deep/er')]).toEqual(['two', 'length-long@file'])
      expect([await visit(world(), HOST, { path: '/' }), await opinion('/')]).toEqual(['one', 'length-short@file'])
    })

    it('one that is disabled is passed over: the next one answers', async () => {
      await loadedAs({
        'fall-through': { rule, to: 'one' },
        'fall-disabled': { rule, service: 'nosuch', priority: 1_000 },
      })
      expect([await visit(world(), HOST), await opinion('/')]).toEqual(['one', 'fall-through@file'])
    })

    // "Only me": our own requests go to the new side, everybody else's stay.
    it('one that wants a header answers only who sends it', async () => {
      await loadedAs({
        'header-everybody': { rule, to: 'one', priority: 10 },
        'header-only-me': { rule: `${rule} && Header(\`X-Only-Me\`, \`secret\`)`, to: 'two', priority: 1_000 },
      })
      const ours = { 'x-only-me': 'secret' }
      expect([await visit(world(), HOST, { headers: ours }), await opinion('/', ours)]).toEqual(['two', 'header-only-me@file'])
      const wrong = { 'x-only-me': 'guess' }
      expect([await visit(world(), HOST, { headers: wrong }), await opinion('/', wrong)]).toEqual(['one', 'header-everybody@file'])
      expect([await visit(world(), HOST), await opinion('/')]).toEqual(['one', 'header-everybody@file'])
    })

    it('one that listens on the other entry point is not asked', async () => {
      await loadedAs({
        'entry-here': { rule, to: 'one', priority: 1 },
        'entry-elsewhere': { rule, to: 'two', priority: 1_000, entryPoints: ['web'] },
      })
      expect([await visit(world(), HOST), await opinion('/')]).toEqual(['one', 'entry-here@file'])
    })
  })

  describe('a visitor', () => {
    it('whom no router matches gets 404', async () => {
      await loadedAs({ 'nobody-else': { rule, to: 'one' } })
      const seen = await world().edge.visit('nobody.contract.test')
      expect(seen).toMatchObject({ ok: true, status: 404, body: '404 page not found\n' })
      expect(await opinion('/')).toBe('nobody-else@file')
    })

    it('gets 502 from a server that refuses, and 500 where its certificate is not trusted', async () => {
      const services = {
        refusing: { loadBalancer: { servers: [{ url: 'http://127.0.0.1:1/' }] } },
        mistrusted: { loadBalancer: { servers: [{ url: 'https://host.docker.internal:30443/' }] } },
        empty: { loadBalancer: { servers: [] } },
      }
      const routers = {
        refusing: { rule: `${rule} && Path(\`/refusing\`)`, service: 'refusing' },
        empty: { rule: `${rule} && Path(\`/empty\`)`, service: 'empty' },
        mistrusted: { rule: `${rule} && Path(\`/mistrusted\`)`, service: 'mistrusted' },
      }
      await saved(world(), dynamicFile(routers, services), 'mistrusted')
      expect(await world().edge.visit(HOST, { path: '/refusing' })).toMatchObject({ ok: true, status: 502, body: 'Bad Gateway' })
      expect(await world().edge.visit(HOST, { path: '/mistrusted' })).toMatchObject({ ok: true, status: 500 })
      expect(await world().edge.visit(HOST, { path: '/empty' })).toMatchObject({ ok: true, status: 503 })
    })

    it('reaches the cluster through a transport that does not look at its certificate', async () => {
      await saved(world(), dynamicFile({ 'to-cluster': { rule, service: 'cluster' } }), 'to-cluster')
      // Nothing there has this host: the 404 is the cluster's own.
      await eventually(
        world(),
        () => visit(world(), HOST),
        (seen) => expect(seen).toBe('404'),
      )
      const { port } = world().edge
      const service = await port.service('cluster')
      if (service === undefined) throw new Error('the service is in the file')
      const trust = port.trustOf(await port.read(), service)
      expect(trust).toEqual({ insecureSkipVerify: true })
    })
  })
}
