import { describe, expect, it } from 'vitest'
import { problemOf } from '../problem.ts'
import type { ContractWorld } from '../world.ts'
import { dynamicFile, loaded, saved } from './dynamic.ts'

/** What the API says of routers and services: "written" becomes "proven" by it (facts: Traefik 12, 13). */
export function routersContract(world: () => ContractWorld): void {
  const rule = 'Host(`routers.contract.test`)'

  describe('the API', () => {
    it('shows a router that is enabled as it was written, with its provider', async () => {
      const router = { rule, to: 'one', priority: 321, tls: { certResolver: 'nobody' } } as const
      expect(await saved(world(), dynamicFile({ shown: router }), 'shown')).toEqual({
        name: 'shown@file',
        provider: 'file',
        status: 'enabled',
        errors: [],
        rule,
        service: 'noop@internal',
        entryPoints: ['websecure'],
        priority: 321,
        middlewares: ['one@file'],
        tls: { certResolver: 'nobody' },
      })
      expect(await world().edge.api('/api/http/routers/shown@file')).toMatchObject({
        status: 200,
        body: {
          entryPoints: ['websecure'],
          middlewares: ['one@file'],
          service: 'noop@internal',
          rule,
          priority: 321,
          tls: { options: 'default', certResolver: 'nobody' },
          status: 'enabled',
          using: ['websecure'],
          name: 'shown@file',
          provider: 'file',
        },
      })
    })

    it('shows one without priority and TLS with the length of its rule and the TLS of its entry point', async () => {
      expect(await saved(world(), dynamicFile({ plain: { rule, to: 'one' } }), 'plain')).toMatchObject({ priority: rule.length, tls: {} })
    })

    it('shows a router that is disabled with its error, and goes on with the others', async () => {
      const text = dynamicFile({
        'no-service': { rule, service: 'nosuch' },
        'no-middleware': { rule, service: 'cluster', middlewares: ['nosuch'] },
        'no-child': { rule, service: 'nosuch@consulcatalog' },
        whole: { rule, to: 'one' },
      })
      expect(await saved(world(), text, 'no-service')).toMatchObject({
        status: 'disabled',
        errors: ['the service "nosuch@file" does not exist'],
      })
      expect(await loaded(world(), 'no-middleware')).toMatchObject({
        status: 'disabled',
        errors: ['middleware "nosuch@file" does not exist'],
      })
      expect(await loaded(world(), 'no-child')).toMatchObject({
        status: 'disabled',
        errors: ['the service "nosuch@consulcatalog" does not exist'],
      })
      expect(await loaded(world(), 'whole')).toMatchObject({ status: 'enabled', errors: [] })
    })

    it('warns of an entry point that does not exist, and disables a router that has no other', async () => {
      const text = dynamicFile({
        half: { rule, to: 'one', entryPoints: ['web', 'nosuch'] },
        nowhere: { rule, to: 'one', entryPoints: ['nosuch'] },
      })
      const missing = `entryPoint "nosuch" doesn't exist`
      expect(await saved(world(), text, 'nowhere')).toMatchObject({
        status: 'disabled',
        errors: [missing, 'no valid entryPoint for this router'],
      })
      expect(await loaded(world(), 'half')).toMatchObject({ status: 'warning', errors: [missing] })
    })

    it('shows one router of two entry points under one name', async () => {
      const seen = await saved(world(), dynamicFile({ both: { rule, to: 'one', entryPoints: ['web', 'websecure'] } }), 'both')
      expect(seen).toMatchObject({ name: 'both@file', status: 'enabled', entryPoints: ['web', 'websecure'] })
    })

    it('says 404 in words of its own of what it does not have', async () => {
      expect(await world().edge.port.router('nosuch')).toBeUndefined()
      expect(await world().edge.port.service('nosuch')).toBeUndefined()
      expect(await world().edge.api('/api/http/routers/nosuch@file')).toEqual({
        status: 404,
        body: { message: 'router not found: nosuch@file' },
      })
      expect(await world().edge.api('/api/http/services/nosuch@file')).toEqual({
        status: 404,
        body: { message: 'service not found: nosuch@file' },
      })
    })

    it('shows a service with its servers and its transport', async () => {
      await saved(world(), dynamicFile({ cluster: { rule, service: 'cluster' } }), 'cluster')
      expect(await world().edge.port.service('cluster')).toMatchObject({
        name: 'cluster@file',
        provider: 'file',
        status: 'enabled',
        errors: [],
        type: 'loadbalancer',
        servers: [{ url: 'https://host.docker.internal:30443/', status: 'UP' }],
        serversTransport: 'blind@file',
        passHostHeader: true,
      })
    })

    it('shows the entry points, and which have TLS of their own', async () => {
      const points = await world().edge.port.entryPoints()
      expect(points.map(({ name, tls }) => [name, tls])).toEqual([
        ['traefik', false],
        ['web', false],
        ['websecure', true],
      ])
      expect((await world().edge.port.describe()).version).toMatch(/^3\.7\./)
    })

    it('gives its lists in pages, and says 400 after the last', async () => {
      const last = await world().edge.api('/api/entrypoints?per_page=3&page=1')
      expect([last.status, last.body]).toEqual([200, expect.any(Array)])
      expect((await world().edge.api('/api/entrypoints?per_page=3&page=2')).status).toBe(400)
    })
  })

  describe('an edit', () => {
    // Lines as a person writes them: between braces nothing is spliced.
    const people = `http:\n  routers:\n    theirs: {rule: ${JSON.stringify(rule)}, entryPoints: [websecure], service: cluster}\n  services:\n    cluster:\n      loadBalancer:\n        servers:\n          - url: https://host.docker.internal:30443/\n`

    it('of a file that names nothing of ours adds a router, and takes it away byte for byte', async () => {
      const { port } = world().edge
      await saved(world(), people, 'theirs')
      const before = await port.read()
      const ours = { rule, service: 'cluster', entryPoints: ['websecure'], priority: 5_000, tls: {} }
      const edit = port.edit(before, { add: { routers: { ours } } })
      expect(await port.write(edit)).toMatchObject({ outcome: 'written', by: 'exchange' })
      expect(await loaded(world(), 'ours')).toMatchObject({ status: 'enabled', service: 'cluster@file', priority: 5_000 })
      const now = await port.read()
      expect(port.owned(now, 'routers', 'ours', ours)).toEqual({ status: 'ours' })
      // Made from what was there before somebody (here: we) wrote.
      expect(await port.write(port.edit(before, { add: { routers: { late: ours } } }))).toMatchObject({ outcome: 'changed-meanwhile' })
      const back = port.edit(now, { remove: { routers: ['ours'] }, original: before.file })
      expect(await port.write(back)).toMatchObject({ outcome: 'written' })
      expect((await port.read()).file.sha256).toBe(before.file.sha256)
    })

    it('of a file that is broken is refused', async () => {
      await world().edge.save('http: [')
      expect((await problemOf(world().edge.port.read())).code).toMatch(/^edge-file-/)
    })
  })
}
