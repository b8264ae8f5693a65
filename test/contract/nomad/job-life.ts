import { describe, expect, it } from 'vitest'
import { remove, sleeper, start, theJob, untilEnded, untilHealthy } from './jobs.ts'
import type { ContractWorld } from '../world.ts'
import { eventually } from '../world.ts'

const SCALED = { Services: [], Scaling: { Min: 0, Max: 3, Enabled: true, Policy: {} } }

/** stop-nomad-job's "stopped", its undo's "runs again" and purge-nomad-job's "gone" (facts: Nomad 1, 2, 3, 6 and 9). */
export function jobLifeContract(world: () => ContractWorld): void {
  const nomad = () => world().nomad.as('management')

  describe('a job', () => {
    it('that runs has an allocation that is told to run, runs, and is healthy', async () => {
      const job = await start(world(), sleeper('runs'))
      expect(job).toMatchObject({ id: 'runs', namespace: 'default', type: 'service', status: 'running', stop: false, version: 0 })
      expect(await nomad().allocations('runs')).toMatchObject([
        {
          name: 'runs.web[0]',
          jobVersion: 0,
          desiredStatus: 'run',
          clientStatus: 'running',
          healthy: true,
          tasks: [{ name: 'server', state: 'running', failed: false }],
        },
      ])
      await remove(world(), 'runs')
    })

    it('that is stopped is dead long before its allocations have ended', async () => {
      await start(world(), sleeper('stopped'))
      const { jobModifyIndex, evaluation } = await nomad().stop('stopped')
      expect(evaluation).toBeDefined()
      const job = await eventually(
        world(),
        () => theJob(world(), 'stopped'),
        ({ status }) => expect(status).toBe('dead'),
      )
      expect(job).toMatchObject({ stop: true, version: 1, jobModifyIndex })
      const ending = await eventually(
        world(),
        () => nomad().allocations('stopped'),
        (all) => expect(all[0]?.desiredStatus).toBe('stop'),
      )
      expect(ending).toMatchObject([{ clientStatus: 'running', tasks: [{ state: 'running' }] }])
      const ended = await untilEnded(world(), 'stopped')
      expect(ended).toMatchObject([
        { desiredStatus: 'stop', clientStatus: 'complete', healthy: false, tasks: [{ state: 'dead', failed: false }] },
      ])
      // Once more: nothing is left to stop, and it stays as it is.
      await nomad().stop('stopped')
      await eventually(
        world(),
        () => theJob(world(), 'stopped'),
        ({ status }) => expect(status).toBe('dead'),
      )
      await nomad().purge('stopped')
    })

    it('that was stopped runs again when what was saved is registered at the index of the stop', async () => {
      const before = await start(world(), sleeper('back'))
      const { jobModifyIndex } = await nomad().stop('back')
      await untilEnded(world(), 'back')
      expect(await nomad().register(before.raw, { enforceIndex: before.jobModifyIndex })).toEqual({
        outcome: 'index-conflict',
        found: jobModifyIndex,
      })
      expect((await nomad().register(before.raw, { enforceIndex: jobModifyIndex })).outcome).toBe('registered')
      const all = await untilHealthy(world(), 'back')
      expect(await theJob(world(), 'back')).toMatchObject({ stop: false, status: 'running', version: 2 })
      expect(all.map((each) => each.clientStatus).toSorted()).toEqual(['complete', 'running'])
      await remove(world(), 'back')
    })

    it('that is stopped has its scaling disabled, and back when it is registered again', async () => {
      const enabled = async (): Promise<unknown> => (await nomad().scalingPolicies('scaled')).map((each) => each['Enabled'])
      const before = await start(world(), sleeper('scaled', SCALED))
      expect(await enabled()).toEqual([true])
      const { jobModifyIndex } = await nomad().stop('scaled')
      expect(await enabled()).toEqual([false])
      await untilEnded(world(), 'scaled')
      await nomad().register(before.raw, { enforceIndex: jobModifyIndex })
      expect(await enabled()).toEqual([true])
      await untilHealthy(world(), 'scaled')
      await remove(world(), 'scaled')
    })

    it('that is purged is gone with its allocations and what was submitted', async () => {
      await start(world(), sleeper('purged'))
      await nomad().stop('purged')
      await untilEnded(world(), 'purged')
      await nomad().purge('purged')
      expect(await nomad().job('purged')).toBeUndefined()
      await eventually(
        world(),
        () => nomad().allocations('purged'),
        (all) => expect(all).toEqual([]),
      )
      expect(await nomad().submission('purged', 0)).toBeUndefined()
      // Purging what is gone is no failure.
      await nomad().purge('purged')
    })
  })
}
