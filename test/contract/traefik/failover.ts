import { describe, expect, it } from 'vitest'
import { deployment, ingress, referenceTo, service } from '../kubernetes/objects.ts'
import type { ContractWorld } from '../world.ts'
import { eventually } from '../world.ts'
import { dynamicFile, saved, visit } from './dynamic.ts'

const HOST = 'failover.contract.test'
const rule = `Host(\`${HOST}\`)`
const NAME = 'failover-site'
const refusing = { loadBalancer: { servers: [{ url: 'http://127.0.0.1:1/' }] } }
const healthCheck = { path: '/', hostname: HOST, interval: '300ms', timeout: '200ms' }
/** The cluster, looked at as a visitor of the site, and a server that nobody answers for. */
const checked = { loadBalancer: { serversTransport: 'blind', servers: [{ url: 'https://host.docker.internal:30443/' }], healthCheck } }
const dead = { loadBalancer: { servers: [{ url: 'http://127.0.0.1:1/' }], healthCheck: { path: '/', interval: '300ms' } } }

/** The soak may keep the old side as a spare (facts: Traefik 13 and 14). Here 502 is the spare. */
export function failoverContract(world: () => ContractWorld): void {
  const operator = () => world().kubernetes.as('operator')
  const scale = (replicas: number) => operator().apply(deployment(NAME, world().kubernetes.pod('works'), replicas))
  const untilVisit = (status: string) =>
    eventually(
      world(),
      () => visit(world(), HOST),
      (seen) => expect(seen).toBe(status),
    )
  const serverStatus = async (name: string) => (await world().edge.port.service(name))?.servers.map(({ status }) => status)

  describe('a failover', () => {
    it('sends visitors to the spare while the first is down, and back', async () => {
      for (const object of [service(NAME), ingress(NAME, HOST)]) await operator().apply(object)
      await scale(1)
      const services = { refusing, checked, dead, spare: { failover: { service: 'checked', fallback: 'refusing' } } }
      await saved(world(), dynamicFile({ failover: { rule, service: 'spare' } }, services), 'failover')
      await untilVisit('200')
      expect(await world().edge.api('/api/http/services/spare@file')).toMatchObject({
        status: 200,
        body: { failover: { service: 'checked', fallback: 'refusing' }, status: 'enabled', usedBy: ['failover@file'], type: 'failover' },
      })
      expect(await serverStatus('checked')).toEqual(['UP'])

      // A weighted service that looks at the health of its children leaves out those that are down.
      const both = {
        weighted: {
          services: [
            { name: 'checked', weight: 1 },
            { name: 'dead', weight: 3 },
          ],
          healthCheck: {},
        },
      }
      await saved(world(), dynamicFile({ healthy: { rule, service: 'both' } }, { ...services, both }), 'healthy')
      await eventually(
        world(),
        () => serverStatus('dead'),
        (seen) => expect(seen).toEqual(['DOWN']),
      )
      for (let count = 0; count < 6; count++) expect(await visit(world(), HOST)).toBe('200')

      await saved(world(), dynamicFile({ failover: { rule, service: 'spare' } }, services), 'failover')
      await scale(0)
      await eventually(
        world(),
        () => serverStatus('checked'),
        (seen) => expect(seen).toEqual(['DOWN']),
      )
      await untilVisit('502')
      await scale(1)
      await untilVisit('200')
      expect(await serverStatus('checked')).toEqual(['UP'])
      const live = await operator().get(referenceTo(deployment(NAME, {})))
      await operator().delete(referenceTo(deployment(NAME, {})), live?.metadata.uid ?? '')
    })

    it('whose first cannot tell how it is, or that lacks a service, is disabled', async () => {
      const services = {
        refusing,
        dead,
        unchecked: { failover: { service: 'cluster', fallback: 'refusing' } },
        lacking: { failover: { service: 'dead', fallback: 'nosuch' } },
        telling: { failover: { service: 'dead', fallback: 'cluster', healthCheck: {} } },
        shares: { weighted: { services: [{ name: 'dead' }, { name: 'cluster' }], healthCheck: {} } },
      }
      const names = ['unchecked', 'lacking', 'telling', 'shares'] as const
      const routers = Object.fromEntries(names.map((name) => [name, { rule: `${rule} && Path(\`/${name}\`)`, service: name }]))
      await saved(world(), dynamicFile(routers, services), 'shares')
      const untold = (child: string, name: string): string =>
        `cannot register ${child} as updater for ${name}@file: healthCheck not enabled in config for this WRR service`
      const errors = {
        unchecked: untold('cluster', 'unchecked'),
        lacking: 'the service "nosuch@file" does not exist',
        telling: untold('cluster', 'telling'),
        shares: untold('cluster', 'shares'),
      }
      for (const name of names) {
        expect(await world().edge.port.router(name)).toMatchObject({ status: 'disabled', errors: [errors[name]] })
        expect(await world().edge.port.service(name)).toMatchObject({ status: 'disabled', errors: [errors[name]] })
      }
    })

    it('may go by the answers: those with such a status are thrown away', async () => {
      const services = { refusing, answers: { failover: { service: 'refusing', fallback: 'cluster', errors: { status: ['500-504'] } } } }
      await saved(world(), dynamicFile({ answers: { rule: 'Host(`answers.contract.test`)', service: 'answers' } }, services), 'answers')
      expect(await visit(world(), 'answers.contract.test')).toBe('404')
    })
  })
}
