import { describe, expect, it } from 'vitest'
import { remove, start } from '../nomad/jobs.ts'
import type { ContractWorld } from '../world.ts'
import { eventually } from '../world.ts'
import { dynamicFile, saved, visit } from './dynamic.ts'

const HOST = 'catalog.contract.test'
const rule = `Host(\`${HOST}\`)`
const TAGS = ['traefik.enable=true', `traefik.http.routers.from-tags.rule=${rule}`, 'traefik.http.routers.from-tags.entrypoints=websecure']

/** The old side: how the switch finds it, and what becomes of it when Nomad stops (facts: Traefik 12, 20; Nomad 9). */
export function catalogContract(world: () => ContractWorld): void {
  const { port } = { port: () => world().edge.port }
  const shown = () => port().router('from-tags@consulcatalog')

  describe('the catalog provider', () => {
    it('has a router and a service of a job while it runs, and neither after', async () => {
      await world().edge.save(dynamicFile({ unrelated: { rule: 'Host(`unrelated.contract.test`)', to: 'one' } }))
      expect(await shown()).toBeUndefined()
      await start(world(), world().nomad.website('catalog-site', TAGS))
      const router = await eventually(world(), shown, (seen) => expect(seen).toBeDefined())
      expect(router).toEqual({
        name: 'from-tags@consulcatalog',
        provider: 'consulcatalog',
        status: 'enabled',
        errors: [],
        rule,
        service: 'catalog-site@consulcatalog',
        entryPoints: ['websecure'],
        priority: rule.length,
        tls: {},
      })
      const service = await port().service('catalog-site@consulcatalog')
      expect(service).toMatchObject({ type: 'loadbalancer', status: 'enabled', servers: [{ status: 'UP' }], passHostHeader: true })
      expect(service?.servers[0]?.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
      await eventually(
        world(),
        () => visit(world(), HOST),
        (seen) => expect(seen).toBe('200'),
      )

      // A router of the file that outranks it takes its visitors, and gives them back where it is disabled.
      const above = { rule, to: 'two', priority: 1_000 } as const
      await saved(world(), dynamicFile({ above }), 'above')
      expect(await visit(world(), HOST)).toBe('two')
      await saved(world(), dynamicFile({ below: { ...above, priority: 1 } }), 'below')
      expect(await visit(world(), HOST)).toBe('200')
      await saved(world(), dynamicFile({ broken: { rule, service: 'nosuch', priority: 1_000 } }), 'broken')
      expect(await visit(world(), HOST)).toBe('200')
      // A file's router may lead to the catalog's service: how the old side is proven through the edge.
      const probe = { rule: `${rule} && Header(\`X-Probe\`, \`old\`)`, service: 'catalog-site@consulcatalog', priority: 2_000 }
      await saved(world(), dynamicFile({ above, probe }), 'probe')
      expect(await visit(world(), HOST, { headers: { 'x-probe': 'old' } })).toBe('200')
      expect(await visit(world(), HOST)).toBe('two')
      expect(
        port()
          .routersOf(await port().routers(), 'catalog-site@consulcatalog')
          .map(({ name }) => name)
          .toSorted(),
      ).toEqual(['from-tags@consulcatalog', 'probe@file'])

      await world().nomad.as('management').stop('catalog-site')
      await eventually(world(), shown, (seen) => expect(seen).toBeUndefined())
      expect(await port().service('catalog-site@consulcatalog')).toBeUndefined()
      // Whoever leads there is disabled with it: what a handover must collapse before Nomad stops.
      expect(await port().router('probe')).toMatchObject({
        status: 'disabled',
        errors: ['the service "catalog-site@consulcatalog" does not exist'],
      })
      await remove(world(), 'catalog-site')
    })
  })
}
