import { describe, expect, it } from 'vitest'
import type { LabResponse } from '../../../src/lab/contract.ts'
import type { NomadWorldOptions } from '../../../src/lab/nomad/index.ts'
import { answering, json, NAMESPACE, stage, text } from './stage.ts'

describe('capabilities', () => {
  const client = (policies: readonly string[]): NomadWorldOptions['tokens'] => [
    { accessor: 'a', secret: 'client', name: 'ci', type: 'client', policies },
  ]
  const policies = [{ name: 'p', rules: '', grants: [{ namespace: NAMESPACE, capabilities: ['read-job', 'register-job'] }] }]

  it('come from the policies of the token', async () => {
    expect(await stage({ tokens: client(['p', 'gone']), policies }, { token: 'client' }).nomad.capabilities()).toEqual(
      new Set(['read-job', 'register-job']),
    )
    expect(await stage().nomad.capabilities()).toHaveLength(7)
  })

  it('come from the policies of its roles too', async () => {
    const nomad = answering(({ path }) => {
      if (path === '/v1/acl/token/self') return json({ Type: 'client', Policies: [], Roles: [{ ID: 'r1', Name: 'role' }] })
      if (path === '/v1/acl/role/r1') return json({ ID: 'r1', Policies: [{ Name: 'p' }] })
      return json({ Name: 'p', Rules: `namespace "${NAMESPACE}" { policy = "write" }` })
    })
    expect(await nomad.capabilities()).toContain('purge-job')
  })

  it('are unknown where a policy may not be read or cannot be understood', async () => {
    const token = json({ Type: 'client', Policies: ['p'], Roles: null })
    const self = (path: string, answer: LabResponse): LabResponse => (path === '/v1/acl/token/self' ? token : answer)
    expect(await answering(({ path }) => self(path, text(403, 'Permission denied'))).capabilities()).toBe('unknown')
    expect(await answering(({ path }) => self(path, json({ Rules: 'namespace {{{' }))).capabilities()).toBe('unknown')
  })
})
