import { describe, expect, it } from 'vitest'
import { answering, fixture, JMC, NAMESPACE, problemOf, stage, text } from './stage.ts'

describe('problems', () => {
  it('name the capability that is missing, and did nothing', async () => {
    const tokens = [{ accessor: 'a', secret: 'reader', name: 'reader', type: 'client', policies: ['p'] } as const]
    const policies = [{ name: 'p', rules: '', grants: [{ namespace: NAMESPACE, capabilities: ['read-job', 'list-jobs'] }] }]
    const { nomad, world } = stage({ tokens, policies }, { token: 'reader' })
    await expect(nomad.stop(JMC)).rejects.toMatchObject({
      problems: [
        {
          code: 'nomad-forbidden',
          effect: 'no',
          attempted: `stop job ${JMC}`,
          summary: expect.stringContaining('deregister-job'),
          next: [expect.stringContaining(`namespace "${NAMESPACE}"`)],
        },
      ],
    })
    await expect(nomad.purge(JMC)).rejects.toMatchObject({ problems: [{ summary: expect.stringContaining('purge-job') }] })
    await expect(nomad.register(fixture, { enforceIndex: 0 })).rejects.toMatchObject({
      problems: [{ summary: expect.stringContaining('register-job') }],
    })
    expect(world.writes).toBe(0)
  })

  it('never show the token', async () => {
    const failed = await stage({}, { token: 'very-secret' })
      .nomad.job(JMC)
      .catch((error: unknown) => JSON.stringify(error))
    expect(failed).toContain('nomad-token-refused')
    expect(failed).not.toContain('very-secret')
  })

  it('leave open whether a write happened when the answer did not come or the server stumbled', async () => {
    const { nomad, faults } = stage()
    faults.add('nomad-gone')
    await expect(nomad.stop(JMC)).rejects.toMatchObject(problemOf('nomad-unreachable', 'unknown'))
    await expect(nomad.job(JMC)).rejects.toMatchObject(problemOf('nomad-unreachable', 'no'))
    await expect(answering(() => text(500, 'rpc error: EOF')).purge(JMC)).rejects.toMatchObject(problemOf('nomad-refused', 'unknown'))
    await expect(answering(() => text(500, 'No cluster leader')).purge(JMC)).rejects.toMatchObject(problemOf('nomad-no-leader', 'unknown'))
    await expect(answering(() => text(500, 'rpc error: EOF')).job(JMC)).rejects.toMatchObject(problemOf('nomad-refused', 'no'))
  })

  it('tell an expired or unknown token apart where the server does', async () => {
    await expect(answering(() => text(403, 'ACL token not found')).job(JMC)).rejects.toMatchObject(problemOf('nomad-token-unknown'))
    await expect(answering(() => text(500, 'ACL token expired')).stop(JMC)).rejects.toMatchObject(problemOf('nomad-token-expired'))
  })
})
