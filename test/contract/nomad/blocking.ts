import { describe, expect, it } from 'vitest'
import type { ContractWorld } from '../world.ts'
import { remove, sleeper, start } from './jobs.ts'

const WAIT_MS = 50_000

/** What `waitForChange` rests on (facts: Nomad 7). */
export function blockingContract(world: () => ContractWorld): void {
  const allocations = (query: string) => world().nomad.ask('GET', `/v1/job/watched/allocations?${query}`)

  describe('a blocking query', () => {
    it('comes back when the job is stopped, long before its wait is over', async () => {
      await start(world(), sleeper('watched'))
      const { index } = await allocations('all=true')
      const began = world().clock.monotonic()
      const later = (than: number) => allocations(`all=true&index=${than}&wait=${WAIT_MS}ms`)
      const waiting = later(index)
      await world().nomad.as('management').stop('watched')
      let seen = await waiting
      expect(seen.index).toBeGreaterThan(index)
      // A client may have had something else to tell first.
      if (!JSON.stringify(seen.body).includes('"DesiredStatus":"stop"')) seen = await later(seen.index)
      expect(seen.body).toMatchObject([{ DesiredStatus: 'stop' }])
      expect(world().clock.monotonic() - began).toBeLessThan(WAIT_MS)
      await remove(world(), 'watched')
    })

    it('comes back at once where the index has passed, and after its wait where nothing happens', async () => {
      const later = 99_999_999
      expect(await allocations('index=1&wait=50s')).toMatchObject({ status: 200, body: [] })
      const began = world().clock.monotonic()
      expect(await allocations(`index=${later}&wait=300ms`)).toMatchObject({ status: 200, body: [] })
      // A timer may fire a moment before the time that another clock shows.
      expect(world().clock.monotonic() - began).toBeGreaterThan(290)
    })

    it('refuses a wait and an index that it cannot read', async () => {
      expect(await allocations('index=1&wait=soon')).toMatchObject({ status: 400, body: 'Invalid wait time' })
      expect(await allocations('index=-1')).toMatchObject({ status: 400, body: 'Invalid index' })
    })

    it('is how the port waits: until something happened, or the time is over', async () => {
      const nomad = world().nomad.as('management')
      await start(world(), sleeper('waited-for'))
      await nomad.allocations('waited-for')
      const waiting = nomad.waitForChange('waited-for', WAIT_MS)
      const began = world().clock.monotonic()
      await nomad.stop('waited-for')
      await waiting
      expect(world().clock.monotonic() - began).toBeLessThan(WAIT_MS)
      await remove(world(), 'waited-for')
    })
  })
}
