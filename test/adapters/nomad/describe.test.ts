import { describe, expect, it } from 'vitest'
import { createNomad } from '../../../src/adapters/nomad/client.ts'
import { handlerDispatcher } from '../../../src/lab/http.ts'
import { createLabNomad, initialNomadWorld } from '../../../src/lab/nomad/index.ts'
import { skippingClock } from '../../lab/nomad/clock.ts'
import { answering, fixture, JMC, NAMESPACE, problemOf, stage, text } from './stage.ts'

describe('describe', () => {
  it('says which server, region and token it is', async () => {
    expect(await stage().nomad.describe()).toEqual({
      address: 'http://nomad.test:4646',
      version: '1.11.3',
      region: 'global',
      namespace: NAMESPACE,
      tokenName: 'Bootstrap Token',
    })
  })

  it('tells when the token ends, and does without what that token may not see', async () => {
    const token = { accessor: 'a', secret: 'client', name: 'ci', type: 'client', policies: ['p'], expiresAt: Date.UTC(2030, 0, 1) } as const
    const policies = [{ name: 'p', rules: '', grants: [{ namespace: NAMESPACE, capabilities: ['read-job'] }] }]
    const { nomad } = stage({ tokens: [token], policies }, { token: 'client' })
    expect(await nomad.describe()).toMatchObject({
      version: 'unknown',
      region: 'unknown',
      tokenName: 'ci',
      tokenExpiresAt: Date.UTC(2030, 0, 1),
    })
  })

  it('works where ACL is off, told the way of 1.11 and of older versions', async () => {
    const clock = skippingClock()
    const world = initialNomadWorld({ jobs: [fixture], application: { body: '' } })
    const lab = createLabNomad(world, { clock, faults: new Set(), changed: () => undefined })
    const nomad = createNomad({ address: 'http://nomad.test', namespace: NAMESPACE, dispatcher: handlerDispatcher(lab.handler), clock })
    expect(await nomad.describe()).toEqual({ address: 'http://nomad.test', version: '1.11.3', region: 'global', namespace: NAMESPACE })
    expect(await nomad.capabilities()).toContain('purge-job')
    expect(await answering(() => text(400, 'ACL support disabled')).capabilities()).toContain('purge-job')
  })

  it('refuses a namespace or region that does not exist, an unknown token, an expired token and no token', async () => {
    await expect(stage({}, { namespace: 'mars' }).nomad.describe()).rejects.toMatchObject(problemOf('nomad-namespace-missing'))
    await expect(stage({}, { region: 'mars' }).nomad.describe()).rejects.toMatchObject(problemOf('nomad-region-unknown'))
    await expect(stage({}, { token: 'other' }).nomad.describe()).rejects.toMatchObject(problemOf('nomad-token-refused'))
    const expired = { accessor: 'a', secret: 'old', name: 'old', type: 'management', policies: [], expiresAt: 1 } as const
    const late = stage({ tokens: [expired] }, { token: 'old' }).nomad
    await expect(late.job(JMC)).rejects.toMatchObject(problemOf('nomad-token-expired'))
    await expect(late.stop(JMC)).rejects.toMatchObject({
      problems: [{ code: 'nomad-token-expired', effect: 'no', attempted: `stop job ${JMC}` }],
    })
    await expect(answering(() => text(403, 'Permission denied'), {}).job(JMC)).rejects.toMatchObject(problemOf('nomad-token-missing'))
  })
})
