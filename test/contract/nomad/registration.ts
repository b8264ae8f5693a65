import { describe, expect, it } from 'vitest'
import type { ContractWorld } from '../world.ts'
import { eventually } from '../world.ts'
import { remove, sleeper, start, theJob, untilEnded, untilHealthy } from './jobs.ts'

const SUBMISSION = {
  source: 'job "submitted" {}\n',
  format: 'hcl2',
  raw: { VariableFlags: { colour: 'blue', share: '100%25' }, Variables: 'size = 3\n' },
}

/** What stop-nomad-job saves and gives back, and how it is kept from undoing what somebody else did (facts: Nomad 1, 4, 5 and 6). */
export function registrationContract(world: () => ContractWorld): void {
  const nomad = () => world().nomad.as('management')
  /** Names of the tags, newest version first. */
  const tags = async (id: string): Promise<unknown> => {
    const { body } = await world().nomad.ask('GET', `/v1/job/${id}/versions`)
    const { Versions } = body as { readonly Versions: readonly { readonly VersionTag: { readonly Name: string } | null }[] }
    return Versions.map((each) => each.VersionTag?.Name)
  }

  describe('a registration', () => {
    it('is refused where the job is not at the index that was seen, and says where it is', async () => {
      expect(await nomad().register(sleeper('enforced'), { enforceIndex: 7 })).toEqual({ outcome: 'index-conflict', found: 0 })
      const { jobModifyIndex } = await start(world(), sleeper('enforced'))
      for (const enforceIndex of [0, 1])
        expect(await nomad().register(sleeper('enforced'), { enforceIndex })).toEqual({ outcome: 'index-conflict', found: jobModifyIndex })
      expect((await theJob(world(), 'enforced')).jobModifyIndex).toBe(jobModifyIndex)
      expect(
        await world().nomad.ask('POST', '/v1/jobs', 'management', { Job: sleeper('enforced'), EnforceIndex: true, JobModifyIndex: 1 }),
      ).toMatchObject({
        status: 500,
        body: `Enforcing job modify index 1: job exists with conflicting job modify index: ${jobModifyIndex}`,
      })
      await remove(world(), 'enforced')
    })

    it('of what is there already makes no new version', async () => {
      const { jobModifyIndex } = await start(world(), sleeper('same'))
      expect((await nomad().plan(sleeper('same')))['Diff']).toMatchObject({ Type: 'None' })
      expect(await nomad().register(sleeper('same'), { enforceIndex: jobModifyIndex })).toMatchObject({
        outcome: 'registered',
        jobModifyIndex,
      })
      expect(await theJob(world(), 'same')).toMatchObject({ version: 0, jobModifyIndex })
      await remove(world(), 'same')
    })

    it('of a change replaces the allocation, and a plan says so before', async () => {
      const { jobModifyIndex } = await start(world(), sleeper('changed'))
      const changed = { ...sleeper('changed'), Meta: { edition: 'second' } }
      expect((await nomad().plan(changed))['Diff']).toMatchObject({ Type: 'Edited' })
      expect(await theJob(world(), 'changed')).toMatchObject({ jobModifyIndex })
      await nomad().register(changed, { enforceIndex: jobModifyIndex })
      expect(await theJob(world(), 'changed')).toMatchObject({ version: 1, status: 'running' })
      // The answer comes before the scheduler has done anything: until then the old allocation is all there is.
      await eventually(
        world(),
        () => nomad().allocations('changed'),
        (all) => expect(all.map((each) => `${each.jobVersion} ${each.desiredStatus}`).toSorted()).toEqual(['0 stop', '1 run']),
      )
      await untilHealthy(world(), 'changed')
      await remove(world(), 'changed')
    })

    it('keeps what was submitted, by version', async () => {
      await nomad().register(sleeper('submitted'), { enforceIndex: 0, submission: SUBMISSION })
      expect(await nomad().submission('submitted', 0)).toMatchObject({ source: SUBMISSION.source, format: 'hcl2', raw: SUBMISSION.raw })
      expect(await nomad().submission('submitted', 1)).toBeUndefined()
      await untilHealthy(world(), 'submitted')
      await remove(world(), 'submitted')
    })

    it('in one namespace is not seen in another', async () => {
      const there = world().nomad.as('management', 'contract-other')
      const job = { ...sleeper('elsewhere'), Namespace: 'contract-other' }
      expect((await there.register(job, { enforceIndex: 0 })).outcome).toBe('registered')
      expect(await nomad().job('elsewhere')).toBeUndefined()
      expect(await nomad().allocations('elsewhere')).toEqual([])
      expect(await there.job('elsewhere')).toMatchObject({ namespace: 'contract-other', stop: false })
      await there.stop('elsewhere')
      await there.purge('elsewhere')
      expect(await there.job('elsewhere')).toBeUndefined()
    })
  })

  describe('a version tag', () => {
    it('stands on its version, may be set again, and goes', async () => {
      await start(world(), sleeper('tagged'))
      expect(await nomad().tagVersion('tagged', 0, 'keep', 'before the move')).toBe('tagged')
      expect(await nomad().tagVersion('tagged', 0, 'keep', 'again')).toBe('tagged')
      expect((await theJob(world(), 'tagged')).raw['VersionTag']).toMatchObject({ Name: 'keep', Description: 'again' })
      // A stop copies the tag to the version that it makes: each removal takes it off one, the newest first.
      await nomad().stop('tagged')
      expect(await tags('tagged')).toEqual(['keep', 'keep'])
      const untag = () => world().nomad.ask('DELETE', '/v1/job/tagged/versions/keep/tag')
      expect((await untag()).status).toBe(200)
      expect(await tags('tagged')).toEqual([undefined, 'keep'])
      expect((await untag()).status).toBe(200)
      expect(await tags('tagged')).toEqual([undefined, undefined])
      expect(await untag()).toMatchObject({ status: 500, body: 'tag "keep" not found on job "tagged"' })
      await nomad().untagVersion('tagged', 'keep')
      await untilEnded(world(), 'tagged')
      await nomad().purge('tagged')
    })
  })
}
