import { describe, expect, it } from 'vitest'
import { problemOf } from '../problem.ts'
import type { ContractWorld } from '../world.ts'
import { remove, sleeper, start } from './jobs.ts'

/** Preflight's `describe` and `capabilities`, and the problems that name a right (facts: Nomad 11). */
export function rightsContract(world: () => ContractWorld): void {
  const { nomad } = { nomad: () => world().nomad }

  describe('who we are', () => {
    it('is told to a token that may ask for it, and to another as far as it may', async () => {
      expect(await nomad().as('management').describe()).toMatchObject({
        version: expect.stringMatching(/^1\.11\./),
        region: 'global',
        namespace: 'default',
      })
      expect(await nomad().as('reader').describe()).toMatchObject({ version: 'unknown', namespace: 'default', tokenName: 'reader' })
    })

    it('a namespace that does not exist is told from one that we may not see', async () => {
      expect((await problemOf(nomad().as('management', 'mars').describe())).code).toBe('nomad-namespace-missing')
      expect(await nomad().as('reader', 'mars').describe()).toMatchObject({ namespace: 'mars' })
    })

    it('an unknown token, none, and one without the right get the same 403, and are told apart', async () => {
      for (const as of ['stranger', 'nobody'] as const)
        expect(await nomad().ask('GET', '/v1/job/any', as)).toMatchObject({ status: 403, body: 'Permission denied' })
      expect((await problemOf(nomad().as('stranger').job('any'))).code).toBe('nomad-token-refused')
      expect((await problemOf(nomad().as('nobody').job('any'))).code).toBe('nomad-token-missing')
      expect((await problemOf(nomad().as('deployer').purge('any'))).code).toBe('nomad-forbidden')
    })

    it('capabilities are those of the policies', async () => {
      const granted = async (as: 'management' | 'reader' | 'deployer'): Promise<readonly string[]> => {
        const found = await nomad().as(as).capabilities()
        return found === 'unknown' ? ['unknown'] : [...found].toSorted()
      }
      expect(await granted('reader')).toEqual(['list-jobs', 'read-job'])
      expect(await granted('deployer')).toEqual(['deregister-job', 'list-jobs', 'read-job', 'register-job'])
      expect(await granted('management')).toHaveLength(7)
    })

    it('a write without the right does nothing', async () => {
      const job = await start(world(), sleeper('kept'))
      for (const forbidden of [
        () => nomad().as('reader').stop('kept'),
        () => nomad().as('deployer').purge('kept'),
        () => nomad().as('reader').register(sleeper('kept'), { enforceIndex: job.jobModifyIndex }),
        () => nomad().as('reader').plan(sleeper('kept')),
        () => nomad().as('reader').tagVersion('kept', 0, 'tag', ''),
      ])
        expect(await problemOf(forbidden())).toMatchObject({ code: 'nomad-forbidden', effect: 'no' })
      expect(await nomad().as('reader').job('kept')).toMatchObject({ status: 'running', stop: false, version: 0 })
      await remove(world(), 'kept')
    })
  })

  describe('what does not exist', () => {
    it('is a 404 in words of its own, an empty list, or a delete that succeeds', async () => {
      expect(await nomad().ask('GET', '/v1/job/nosuch')).toMatchObject({ status: 404, body: 'job not found' })
      expect(await nomad().ask('GET', '/v1/job/nosuch/submission?version=0')).toMatchObject({ status: 404, body: 'job source not found' })
      const port = nomad().as('management')
      expect(await port.job('nosuch')).toBeUndefined()
      expect(await port.submission('nosuch', 0)).toBeUndefined()
      expect(await port.allocations('nosuch')).toEqual([])
      expect(await port.children('nosuch')).toEqual([])
      expect(await port.scalingPolicies('nosuch')).toEqual([])
      // facts: Nomad 1
      expect((await port.stop('nosuch')).evaluation).toBeUndefined()
      expect((await problemOf(port.tagVersion('nosuch', 0, 'tag', ''))).code).toBe('nomad-version-missing')
      await port.untagVersion('nosuch', 'tag')
    })

    it('in a namespace that does not exist is refused where it would be registered', async () => {
      const job = { ...sleeper('martian'), Namespace: 'mars' }
      expect(await problemOf(nomad().as('management', 'mars').register(job, { enforceIndex: 0 }))).toMatchObject({
        code: 'nomad-namespace-missing',
        effect: 'no',
      })
    })
  })
}
