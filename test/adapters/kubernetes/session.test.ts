import { describe, expect, it } from 'vitest'
import { openSession } from '../../../src/adapters/kubernetes/session.ts'
import { handlerDispatcher } from '../../../src/lab/http.ts'
import { createTestCluster } from '../../lab/kubernetes/cluster.ts'
import { createFakeClock } from '../../fakes/clock.ts'

/** A session whose token is read from `tokens`, one more each time the credentials are read. */
function sessionWith(tokens: readonly string[]): {
  session: ReturnType<typeof openSession>
  reads: () => number
  cluster: ReturnType<typeof createTestCluster>
} {
  const cluster = createTestCluster()
  let reads = 0
  const session = openSession({
    clock: createFakeClock(cluster.clock.now() - 60_000),
    timeoutMs: 5_000,
    dispatcher: handlerDispatcher(cluster.handler),
    connect: async () => {
      const token = tokens[Math.min(reads, tokens.length - 1)] ?? ''
      reads++
      return { server: 'https://kubernetes.test', context: 'test', tls: {}, headers: async () => ({ authorization: `Bearer ${token}` }) }
    },
  })
  return { session, reads: () => reads, cluster }
}

describe('openSession', () => {
  it('reads the credentials afresh once when they are refused', async () => {
    const { session, reads } = sessionWith(['expired', 'lab-token'])
    expect((await session.request('GET', '/api/v1')).status).toBe(200)
    expect((await session.request('GET', '/api/v1')).status).toBe(200)
    expect(reads()).toBe(2)
  })

  it('does not go on asking with credentials that stay refused', async () => {
    const { session, reads } = sessionWith(['wrong'])
    expect((await session.request('GET', '/api/v1')).status).toBe(401)
    expect(reads()).toBe(2)
  })

  it('renews once for requests that are refused at the same time', async () => {
    const { session, reads } = sessionWith(['expired', 'lab-token'])
    const answers = await Promise.all(Array.from({ length: 5 }, () => session.request('GET', '/api/v1')))
    expect(answers.map((each) => each.status)).toEqual([200, 200, 200, 200, 200])
    expect(reads()).toBe(2)
  })

  it('tells the time by the clock of the server', async () => {
    const { session, cluster } = sessionWith(['lab-token'])
    expect(session.serverTime()).toBe(cluster.clock.now() - 60_000)
    await session.request('GET', '/version')
    expect(session.serverTime()).toBe(cluster.clock.now())
  })
})
