import { describe, expect, it } from 'vitest'
import type { Json } from '../../../src/domain/json.ts'
import { canonicalJson } from '../../../src/domain/json.ts'
import type { LabResponse } from '../../../src/lab/contract.ts'
import type { TestCluster } from './cluster.ts'
import { bodyOf, createTestCluster, labRequest } from './cluster.ts'
import { projected } from './projection.ts'
import type { Exchange } from './recording.ts'
import { filled, readRecording } from './recording.ts'

const RECORDINGS = ['discovery', 'authentication', 'apply-simple', 'workload', 'adoption', 'ownership-edges', 'release', 'empty-map']
const TOKENS = [
  { token: 'admin', user: 'e2e-token-admin', uid: '1', groups: ['system:masters', 'system:authenticated'] },
  { token: 'dev', user: 'e2e-token-dev', uid: '2', groups: ['devs', 'system:authenticated'] },
]
/** A step of time in which the real cluster got there by itself. */
const MOMENT_MS = 50
const MOMENTS = 40

/** Answers where only status and reason can be alike: the message is a YAML parser's. */
const OWN_WORDS = new Set(['not json'])

async function ask(cluster: TestCluster, exchange: Exchange, saved: Record<string, Json>): Promise<LabResponse> {
  const { method, path, as = 'admin', type, body } = exchange.request
  const request = labRequest(method, path, {
    token: as === 'nobody' ? '' : as,
    ...(type !== undefined && { type }),
    ...(body !== undefined && { body: filled(body, saved) }),
  })
  const response = await cluster.handler(request)
  if (response === 'drop') throw new Error('the lab gave no answer')
  return response
}

interface Seen {
  readonly status: number
  readonly contentType: string
  readonly body: Json
}

function view(title: string, seen: Seen): Json {
  const body = projected(seen.body)
  if (!OWN_WORDS.has(title) || typeof body !== 'object' || body === null || Array.isArray(body)) return { ...seen, body }
  return { ...seen, body: Object.fromEntries(Object.entries(body).filter(([name]) => name !== 'message')) }
}

const expectation = (exchange: Exchange): Json =>
  view(exchange.title, {
    status: exchange.response.status,
    contentType: exchange.response.contentType ?? 'application/json',
    body: exchange.response.body,
  })

const observation = (exchange: Exchange, response: LabResponse): Json =>
  view(exchange.title, { status: response.status, contentType: response.headers?.['content-type'] ?? '', body: bodyOf(response) })

describe('the lab answers as Kubernetes 1.36 did', () => {
  describe.each(RECORDINGS)('%s', (name) => {
    const { exchanges } = readRecording(name)
    const cluster = createTestCluster({
      metricsServer: false,
      tokens: TOKENS,
      denied: [{ user: 'e2e-token-dev', verb: '*', group: '*', resource: '*' }],
      namespaces: ['rec', 'rec2'],
      customResources: name === 'ownership-edges' ? ['verticalpodautoscalers.autoscaling.k8s.io/v1'] : [],
    })
    const saved: Record<string, Json> = {}

    it.each(exchanges.map((exchange) => [exchange.title, exchange] as const))('%s', async (title, exchange) => {
      if (title === 'discovery of a CRD') {
        const { customResources } = createTestCluster({ customResources: ['verticalpodautoscalers.autoscaling.k8s.io/v1'] }).world
        Object.assign(cluster.world, { customResources })
      }
      const wanted = expectation(exchange)
      let response = await ask(cluster, exchange, saved)
      for (let moment = 0; exchange.eventually === true && moment < MOMENTS; moment++) {
        if (canonicalJson(observation(exchange, response)) === canonicalJson(wanted)) break
        await cluster.clock.advance(MOMENT_MS)
        response = await ask(cluster, exchange, saved)
      }
      expect(observation(exchange, response)).toEqual(wanted)
      if (exchange.save !== undefined) saved[exchange.save] = bodyOf(response)
    })
  })
})
