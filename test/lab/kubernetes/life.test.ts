import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Json, JsonObject } from '../../../src/domain/json.ts'
import type { LabFault, LabResponse } from '../../../src/lab/contract.ts'
import type { KubernetesWorld } from '../../../src/lab/kubernetes/kubernetes.ts'
import type { TestCluster } from './cluster.ts'
import { bodyOf, createTestCluster, labRequest, overWorld } from './cluster.ts'

const LABELS = { app: 'website' }
const HOST = 'www.example.test'
const DEPLOYMENTS = '/apis/apps/v1/namespaces/default/deployments/website'

const deployment = (text = 'one', replicas = 1): JsonObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'website' },
  spec: {
    replicas,
    selector: { matchLabels: LABELS },
    template: {
      metadata: { labels: LABELS },
      spec: { containers: [{ name: 'web', image: 'r.test/web:1', ports: [{ containerPort: 80 }], env: [{ name: 'TEXT', value: text }] }] },
    },
  },
})
const service: JsonObject = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'website' },
  spec: { selector: LABELS, ports: [{ port: 80 }] },
}
const ingress = (path = '/', pathType = 'Prefix', className = 'traefik'): JsonObject => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'Ingress',
  metadata: { name: 'website' },
  spec: {
    ingressClassName: className,
    rules: [{ host: HOST, http: { paths: [{ path, pathType, backend: { service: { name: 'website', port: { number: 80 } } } }] } }],
  },
})

const PATHS: Readonly<Record<string, string>> = {
  Deployment: DEPLOYMENTS,
  Service: '/api/v1/namespaces/default/services/website',
  Ingress: '/apis/networking.k8s.io/v1/namespaces/default/ingresses/website',
}

async function apply({ handler }: TestCluster, object: JsonObject, manager = 'jmc-migrate'): Promise<LabResponse> {
  const path = typeof object['kind'] === 'string' ? PATHS[object['kind']] : undefined
  if (path === undefined) throw new Error('no path for this kind')
  const answer = await handler(
    labRequest('PATCH', `${path}?fieldManager=${manager}`, { type: 'application/apply-patch+yaml', body: object }),
  )
  if (answer === 'drop' || answer.status > 201) throw new Error(JSON.stringify(answer))
  return answer
}

async function siteUp(faults: readonly LabFault[] = []): Promise<TestCluster> {
  const cluster = createTestCluster({}, faults)
  for (const object of [deployment(), service, ingress()]) await apply(cluster, object)
  return cluster
}

function visit({ kubernetes }: TestCluster, path = '/', host = HOST): LabResponse {
  const answer = kubernetes.ingress(labRequest('GET', path, { host }))
  if (answer === 'drop') throw new Error('no answer')
  return answer
}

describe('the cluster over time', () => {
  it('serves a visitor 300 ms after the pods were made, marked as served by Kubernetes', async () => {
    const cluster = await siteUp()
    expect(visit(cluster).status).toBe(404)
    await cluster.clock.advance(319)
    expect(visit(cluster).status).toBe(404)
    await cluster.clock.advance(1)
    expect(visit(cluster)).toMatchObject({ status: 200, headers: { 'x-served-by': 'kubernetes' }, body: '<h1>Jayne Martin</h1>' })
  })

  it('never has fewer ready pods than asked for while it rolls', async () => {
    const cluster = await siteUp()
    await cluster.clock.advance(1_000)
    await apply(cluster, deployment('two'))
    for (let step = 0; step < 50; step++) {
      expect(visit(cluster).status).toBe(200)
      await cluster.clock.advance(20)
    }
    const pods = bodyOf(await cluster.handler(labRequest('GET', '/api/v1/namespaces/default/pods')))
    expect(JSON.stringify(pods)).toContain('"value":"two"')
    expect(JSON.stringify(pods)).not.toContain('"value":"one"')
  })

  it.each(['pods-crash', 'image-not-found'] as const)('never serves under %s, and an old version stays', async (fault) => {
    const cluster = await siteUp([fault])
    await cluster.clock.advance(10_000)
    expect(visit(cluster).status).toBe(404)
    const before = await siteUp()
    await before.clock.advance(1_000)
    visit(before)
    const broken = overWorld(before.world, before.clock, [fault])
    await apply(broken, deployment('two'))
    await broken.clock.advance(10_000)
    expect(visit(broken).status).toBe(200)
  })

  it('goes on where it was after the process died', async () => {
    const cluster = await siteUp()
    await cluster.clock.advance(100)
    visit(cluster)
    const saved: KubernetesWorld = JSON.parse(JSON.stringify(cluster.world))
    const later = overWorld(saved, cluster.clock)
    await later.clock.advance(220)
    expect(visit(later).status).toBe(200)
  })

  it('reports a change once it is made, a read never', async () => {
    const cluster = await siteUp()
    await cluster.clock.advance(1_000)
    visit(cluster)
    const changes = cluster.changes()
    visit(cluster)
    await cluster.handler(labRequest('GET', DEPLOYMENTS))
    expect(cluster.changes()).toBe(changes)
    await apply(cluster, deployment('two'))
    expect(cluster.changes()).toBe(changes + 1)
  })

  it('takes the dependants of a deleted Deployment with it', async () => {
    const cluster = await siteUp()
    await cluster.clock.advance(1_000)
    await cluster.handler(labRequest('DELETE', DEPLOYMENTS, { body: { propagationPolicy: 'Foreground' } }))
    await cluster.clock.advance(1_000)
    expect(visit(cluster).status).toBe(404)
    expect(Object.keys(cluster.world.objects).filter((key) => /replicasets|\/pods/.test(key))).toEqual([])
    expect(cluster.world.pods).toEqual({})
  })

  it('says what it does not know, rather than guess', async () => {
    const cluster = await siteUp()
    const asked = [
      labRequest('GET', '/api/v1/pods?watch=true'),
      labRequest('PUT', DEPLOYMENTS, { body: deployment() }),
      labRequest('GET', `${DEPLOYMENTS}/status`),
      labRequest('DELETE', '/api/v1/namespaces/default/pods'),
    ]
    const answers = await Promise.all(asked.map((each) => cluster.handler(each)))
    expect(answers.map((each) => (each === 'drop' ? each : each.status))).toEqual([501, 501, 501, 501])
  })

  it('refuses a token that has expired', async () => {
    const { handler, clock } = createTestCluster({
      tokens: [{ token: 'short', user: 'u', uid: '1', groups: [], expiresAt: Date.UTC(2026, 0, 1) + 1_000 }],
    })
    const ask = async (): Promise<number> => {
      const answer = await handler(labRequest('GET', '/version', { token: 'short' }))
      return answer === 'drop' ? 0 : answer.status
    }
    expect(await ask()).toBe(200)
    await clock.advance(1_000)
    expect(await ask()).toBe(401)
  })
})

describe('the cluster’s Traefik', () => {
  const ready = async (object: JsonObject): Promise<TestCluster> => {
    const cluster = createTestCluster()
    for (const each of [deployment(), service, object]) await apply(cluster, each)
    await cluster.clock.advance(1_000)
    return cluster
  }

  it('matches the host, with or without a port', async () => {
    const cluster = await ready(ingress())
    expect([HOST, `${HOST}:30443`, HOST.toUpperCase(), 'other.test'].map((host) => visit(cluster, '/', host).status)).toEqual([
      200, 200, 200, 404,
    ])
  })

  it('matches whole elements of a prefix, and an exact path exactly', async () => {
    const prefix = await ready(ingress('/a'))
    expect(['/a', '/a/b', '/ab', '/'].map((path) => visit(prefix, path).status)).toEqual([200, 200, 404, 404])
    const exact = await ready(ingress('/a', 'Exact'))
    expect(['/a', '/a/b'].map((path) => visit(exact, path).status)).toEqual([200, 404])
  })

  it('leaves an Ingress of another class alone', async () => {
    expect(visit(await ready(ingress('/', 'Prefix', 'nginx'))).status).toBe(404)
  })
})

describe('ownership', () => {
  const CONFIG_MAP = '/api/v1/namespaces/default/configmaps/c'
  const someData = fc.dictionary(fc.constantFrom('a', 'b', 'c'), fc.constantFrom('1', '2'), { noNullPrototype: true, minKeys: 1 })
  const data = fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd'), fc.constantFrom('1', '2'), { noNullPrototype: true })

  it('an apply and an apply of nothing leave what others own, and no trace of us', async () => {
    await fc.assert(
      fc.asyncProperty(someData, data, data, async (theirs, ours, oursAgain) => {
        const { handler } = createTestCluster()
        const send = async (manager: string, fields: Readonly<Record<string, string>> | undefined): Promise<number> => {
          const body: Json = {
            apiVersion: 'v1',
            kind: 'ConfigMap',
            metadata: { name: 'c' },
            ...(fields !== undefined && Object.keys(fields).length > 0 && { data: fields }),
          }
          const answer = await handler(
            labRequest('PATCH', `${CONFIG_MAP}?fieldManager=${manager}`, { type: 'application/apply-patch+yaml', body }),
          )
          return answer === 'drop' ? 0 : answer.status
        }
        const content = async (): Promise<JsonObject> => bodyOf(await handler(labRequest('GET', CONFIG_MAP))) as JsonObject
        await send('terraform', theirs)
        const before = await content()
        for (const fields of [ours, oursAgain]) {
          const differs = Object.entries(fields).some(([name, value]) => theirs[name] !== undefined && theirs[name] !== value)
          expect(await send('jmc-migrate', fields)).toBe(differs ? 409 : 200)
          if (!differs) expect((await content())['data'] ?? {}).toEqual({ ...fields, ...theirs })
        }
        expect(await send('jmc-migrate', undefined)).toBe(200)
        const after = await content()
        const fields = (object: JsonObject): Json => ({
          data: object['data'] ?? {},
          owners: (object['metadata'] as JsonObject)['managedFields'] ?? [],
        })
        expect(fields(after)).toEqual(fields(before))
      }),
      { numRuns: 200 },
    )
  })
})
