import { describe, expect, it } from 'vitest'
import type { ContractWorld } from '../world.ts'
import { eventually } from '../world.ts'
import { dynamicFile, loaded, saved } from './dynamic.ts'

const HOST = 'portions.contract.test'
const rule = `Host(\`${HOST}\`)`
const refusing = { loadBalancer: { servers: [{ url: 'http://127.0.0.1:1/' }] } }

/** A handover in steps shares visitors between services (facts: Traefik 14). Here 502 is the one side and the cluster's 404 the other. */
export function portionsContract(world: () => ContractWorld): void {
  const portions = (cluster: number, refused: number, more: object = {}) => ({
    refusing,
    portions: {
      weighted: {
        services: [
          { name: 'cluster', weight: cluster },
          { name: 'refusing', weight: refused },
        ],
        ...more,
      },
    },
  })
  const statuses = async (count: number): Promise<Readonly<Record<string, number>>> => {
    const seen: Record<string, number> = {}
    for (let visit = 0; visit < count; visit++) {
      const exchange = await world().edge.visit(HOST)
      const status = exchange.ok ? `${exchange.status}` : exchange.failure
      seen[status] = (seen[status] ?? 0) + 1
    }
    return seen
  }

  describe('a weighted service', () => {
    it('is shown as such, without servers of its own, and shares visitors by its weights', async () => {
      await saved(world(), dynamicFile({ weighted: { rule, service: 'portions', priority: 1 } }, portions(3, 1)), 'weighted')
      expect(await world().edge.port.service('portions')).toMatchObject({
        name: 'portions@file',
        type: 'weighted',
        status: 'enabled',
        servers: [],
      })
      expect(await world().edge.api('/api/http/services/portions@file')).toMatchObject({
        status: 200,
        body: {
          weighted: {
            services: [
              { name: 'cluster', weight: 3 },
              { name: 'refusing', weight: 1 },
            ],
          },
          status: 'enabled',
          usedBy: ['weighted@file'],
          name: 'portions@file',
          provider: 'file',
          type: 'weighted',
        },
      })
      expect(await statuses(40)).toEqual({ 404: 30, 502: 10 })
    })

    it('of weight 0 gets nobody', async () => {
      await saved(world(), dynamicFile({ nothing: { rule, service: 'portions' } }, portions(1, 0)), 'nothing')
      expect(await statuses(8)).toEqual({ 404: 8 })
    })

    it('with a sticky cookie keeps a visitor where they were', async () => {
      const sticky = { sticky: { cookie: { name: 'side' } } }
      await saved(world(), dynamicFile({ sticky: { rule, service: 'portions' } }, portions(1, 1, sticky)), 'sticky')
      const first = await world().edge.visit(HOST)
      const cookie = (first.ok ? first.headers['set-cookie'] : undefined)?.split(';')[0] ?? ''
      expect(cookie).toMatch(/^side=.+/)
      for (let visit = 0; visit < 6; visit++) {
        const again = await world().edge.visit(HOST, { headers: { cookie } })
        expect(again).toMatchObject({ status: first.ok ? first.status : 0 })
      }
    })

    it('that names a service which does not exist disables its router', async () => {
      const services = {
        lost: {
          weighted: {
            services: [
              { name: 'cluster', weight: 1 },
              { name: 'gone@consulcatalog', weight: 1 },
            ],
          },
        },
      }
      await saved(world(), dynamicFile({ lost: { rule, service: 'lost' } }, services), 'lost')
      const router = await eventually(
        world(),
        () => loaded(world(), 'lost'),
        (seen) => expect(seen.status).toBe('disabled'),
      )
      const error = 'building HTTP service "gone@consulcatalog": the service "gone@consulcatalog" does not exist'
      expect(router.errors).toEqual([error])
      expect(await world().edge.port.service('lost')).toMatchObject({ status: 'disabled', errors: [error] })
      // Nobody uses it, so nobody looks whether its children exist.
      const unused = { ...services, unused: services.lost }
      await saved(world(), dynamicFile({ idle: { rule, service: 'cluster' } }, unused), 'idle')
      expect(await world().edge.port.service('unused')).toMatchObject({ status: 'enabled', errors: [] })
    })
  })
}
