import { describe, expect, it } from 'vitest'
import type { ServiceTraffic } from '../../../src/domain/ports/edge-traffic.ts'
import type { Side } from '../../../src/domain/observation.ts'
import { canaryAnalysis } from '../../../src/gates/canary-analysis.ts'
import { fakeFiles } from '../../fakes/ports/files.ts'
import { contextOf, PLAN } from '../../steps/context.ts'
import type { ContractWorld } from '../world.ts'
import { eventually } from '../world.ts'
import { dynamicFile, saved, visit } from './dynamic.ts'

const hostOf = (name: string) => `${name}.metrics.contract.test`
const ruleOf = (name: string) => `Host(\`${hostOf(name)}\`)`
/** The cluster's Traefik answers 404 for a name that it does not know, and nobody listens on port 1: 502. */
const cluster = { loadBalancer: { serversTransport: 'blind', servers: [{ url: 'https://host.docker.internal:30443/' }] } }
const refusing = { loadBalancer: { servers: [{ url: 'http://127.0.0.1:1/' }] } }
const dead = { loadBalancer: { servers: [{ url: 'http://127.0.0.1:1/' }], healthCheck: { path: '/', interval: '300ms' } } }

/** The gate canary-analysis counts visitors by them. Every test has services of its own: nothing sets a counter back. */
export function metricsContract(world: () => ContractWorld): void {
  const counted = async (service: string): Promise<ServiceTraffic | undefined> =>
    (await world().edge.port.traffic())?.services.get(`${service}@file`)
  const statusesOf = async (service: string) => Object.fromEntries((await counted(service))?.byStatus ?? [])
  const untilCounted = (service: string, statuses: Readonly<Record<number, number>>) =>
    eventually(
      world(),
      () => statusesOf(service),
      (seen) => expect(seen).toEqual(statuses),
    )
  const visits = async (name: string, count: number): Promise<void> => {
    for (let made = 0; made < count; made++) await visit(world(), hostOf(name))
  }
  const text = async (of: 'edge' | 'uncounted' = 'edge'): Promise<string> => {
    const exchange = await world().edge.metrics(of)
    return exchange.ok ? `${exchange.status} ${exchange.body}` : exchange.failure
  }

  describe('the metrics', () => {
    it('count the children of a weighted service under their own names, and what nobody asked for not at all', async () => {
      const services = {
        'counted-cluster': cluster,
        'counted-refusing': refusing,
        'counted-idle': cluster,
        'counted-shared': {
          weighted: {
            services: [
              { name: 'counted-cluster', weight: 3 },
              { name: 'counted-refusing', weight: 1 },
            ],
          },
        },
      }
      const routers = {
        shared: { rule: ruleOf('shared'), service: 'counted-shared' },
        idle: { rule: ruleOf('idle'), service: 'counted-idle', middlewares: ['one'] },
      }
      await saved(world(), dynamicFile(routers, services), 'shared')
      expect(await counted('counted-cluster')).toBeUndefined()
      await visits('shared', 8)
      await untilCounted('counted-cluster', { 404: 6 })
      await untilCounted('counted-refusing', { 502: 2 })
      expect(await counted('counted-shared')).toBeUndefined()

      // Answered by a middleware: the service has had no request.
      expect(await visit(world(), hostOf('idle'))).toBe('one')
      expect(await counted('counted-idle')).toBeUndefined()

      const latency = (await counted('counted-cluster'))?.latency ?? []
      expect(latency.at(-1)).toEqual({ seconds: Infinity, count: 6 })
      expect(latency.map(({ seconds }) => seconds)).toEqual([0.1, 0.3, 1.2, 5, Infinity])
      const labels = 'code="404",method="GET",protocol="http",service="counted-cluster@file"'
      const lines = (await text()).split('\n')
      expect(lines).toContain(`traefik_service_requests_total{${labels}} 6`)
      expect(lines).toContain(`traefik_service_request_duration_seconds_bucket{${labels},le="+Inf"} 6`)
      expect(lines.find((line) => line.startsWith('traefik_config_reloads_total '))).toBeDefined()
    })

    it('count whom a failover chose; a service without a server that is up counts nothing', async () => {
      const services = { spare: cluster, dead, failing: { failover: { service: 'dead', fallback: 'spare' } } }
      const routers = {
        failing: { rule: ruleOf('failing'), service: 'failing' },
        dead: { rule: ruleOf('dead'), service: 'dead' },
      }
      await saved(world(), dynamicFile(routers, services), 'failing')
      await eventually(
        world(),
        async () => (await world().edge.port.service('dead'))?.servers.map(({ status }) => status),
        (seen) => expect(seen).toEqual(['DOWN']),
      )
      await visits('failing', 3)
      await untilCounted('spare', { 404: 3 })
      expect(await visit(world(), hostOf('dead'))).toBe('503')
      expect(await counted('dead')).toBeUndefined()
      expect(await counted('failing')).toBeUndefined()
      expect(await text()).toMatch(/traefik_entrypoint_requests_total\{code="503",entrypoint="websecure",method="GET",protocol="http"\} \d/)
    })

    it('keep counting over reloads; of a service that has left the file they begin again', async () => {
      const services = { 'come-and-go': cluster }
      const there = { coming: { rule: ruleOf('coming'), service: 'come-and-go' } }
      await saved(world(), dynamicFile(there, services), 'coming')
      await visits('coming', 2)
      await untilCounted('come-and-go', { 404: 2 })
      await saved(world(), dynamicFile({ more: { rule: ruleOf('more'), to: 'one' } }, services), 'more')
      expect(await statusesOf('come-and-go')).toEqual({ 404: 2 })

      await saved(world(), dynamicFile({ gone: { rule: ruleOf('gone'), to: 'one' } }), 'gone')
      await eventually(
        world(),
        () => counted('come-and-go'),
        (seen) => expect(seen).toBeUndefined(),
      )
      await saved(world(), dynamicFile(there, services), 'coming')
      await visits('coming', 1)
      await untilCounted('come-and-go', { 404: 1 })
    })

    it('tell the gate how many visitors each side had, its own requests left out', async () => {
      const { http, edge, clock, kubernetes, nomad } = world()
      const here = `Host(\`${http.site}\`)`
      const door = (side: string) => ({
        rule: `${here} && Header(\`X-Door\`, \`${side}-secret\`)`,
        service: `gate-${side}`,
        priority: 6_000,
      })
      // By its own name the cluster's Traefik knows no site: 404, whatever else the contract has made there.
      const side = { loadBalancer: { ...cluster.loadBalancer, passHostHeader: false } }
      const weighted = { services: ['gate-old', 'gate-new'].map((name) => ({ name, weight: 1 })) }
      const services = { 'gate-old': side, 'gate-new': side, 'gate-shared': { weighted } }
      const routers = { 'door-old': door('old'), 'door-new': door('new'), shared: { rule: here, service: 'gate-shared', priority: 5_000 } }
      await saved(world(), dynamicFile(routers, services), 'door-new')

      const ports = {
        clock,
        visitor: http.visitor,
        edge: edge.port,
        kubernetes: kubernetes.as('operator'),
        nomad: nomad.as('management'),
        randomHex: () => '',
      }
      const doorTo = <Which extends Side>(which: Which) => ({
        side: which,
        headers: { 'X-Door': `${which}-secret` },
        services: [`gate-${which}@file`],
      })
      const look = canaryAnalysis.begin(
        contextOf(ports, canaryAnalysis.spec.parse({ samples: 10 }), {
          plan: {
            ...PLAN,
            site: { url: `https://${http.site}/`, expect: { status: 404 }, ca: 'authority.pem' },
            targets: { hosts: {}, edge: { host: 'hestia', dynamicConfig: '', api: '', visitors: http.visitors, write: 'exchange' } },
          },
          files: fakeFiles({ 'authority.pem': http.authority }),
          doors: { old: doorTo('old'), new: doorTo('new') },
        }),
      )
      expect(await look()).toMatchObject({ verdict: 'inconclusive', reason: expect.stringMatching(/^1 of 10 .* 0 on the old side/) })
      for (let made = 0; made < 20; made++) await edge.visit(http.site)
      await eventually(world(), look, (seen) =>
        expect(seen).toMatchObject({
          verdict: 'pass',
          reason: expect.stringMatching(/^visitors: 10 on the old side \(0\.0% failed, p95 [^)]+\), 10 on the new \(0\.0% failed/),
        }),
      )
    })

    it('that are off are answered as anything that is not there', async () => {
      expect(await text('uncounted')).toBe('404 404 page not found\n')
    })
  })
}
